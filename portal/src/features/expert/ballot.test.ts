import { expect, it } from 'vitest'
import { ref } from 'vue'
import { idOf, useMarks, type PaperRow } from './ballot'

const row = (id: string, state: string) =>
  ({ material: { material_id: id }, state, recused_because: [] }) as unknown as PaperRow

// req: HB-151, HB-153
it('marks open rows only, and counts what is marked', () => {
  const rows = ref([row('a', 'open'), row('b', 'recused'), row('c', 'cast'), row('d', 'open')])
  const paper = useMarks(rows)
  paper.mark(rows.value, 'approve')
  paper.mark([rows.value[3]!], 'reject')
  expect(paper.marked.value.map(idOf)).toEqual(['a', 'd'])
  expect(paper.counts.value).toEqual({ marked: 2, approve: 1, reject: 1, left: 0 })
})

it('keeps no mark of a row that was cast in another window', () => {
  const rows = ref([row('a', 'open'), row('d', 'open')])
  const paper = useMarks(rows)
  paper.mark(rows.value, 'approve')
  paper.tick(rows.value, true)
  rows.value = [row('a', 'cast'), row('d', 'open')]
  expect(paper.counts.value.marked).toBe(1)
  expect(paper.tickedOpen.value.map(idOf)).toEqual(['d'])
  paper.forget()
  expect(paper.counts.value).toEqual({ marked: 0, approve: 0, reject: 0, left: 1 })
})
