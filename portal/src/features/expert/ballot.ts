/** A judge's paper while it is marked: marks live in this page only, and what was sent never comes back (HB-151 … HB-153). */
import { computed, ref, type Ref } from 'vue'
import type { Schemas } from '@/api/client'
import type { Choice } from './sealing'

export type PaperRow = Schemas['PaperRow']
export const idOf = (row: PaperRow) => row.material.material_id
export const nameOf = (row: PaperRow) => row.material.applicant_name ?? row.material.specialty

export function useMarks(rows: Ref<readonly PaperRow[]>) {
  const marks = ref(new Map<string, Choice>())
  const ticked = ref(new Set<string>())
  const open = computed(() => rows.value.filter((row) => row.state === 'open'))
  /** Marks of rows that can still be cast; a row that was cast meanwhile loses its mark. */
  const marked = computed(() => open.value.filter((row) => marks.value.has(idOf(row))))
  const unmarked = computed(() => open.value.filter((row) => !marks.value.has(idOf(row))))
  const tickedOpen = computed(() => open.value.filter((row) => ticked.value.has(idOf(row))))
  const counts = computed(() => {
    const approve = marked.value.filter((row) => marks.value.get(idOf(row)) === 'approve').length
    return {
      marked: marked.value.length,
      approve,
      reject: marked.value.length - approve,
      left: unmarked.value.length,
    }
  })

  function mark(chosen: readonly PaperRow[], choice: Choice): void {
    const next = new Map(marks.value)
    for (const row of chosen) if (row.state === 'open') next.set(idOf(row), choice)
    marks.value = next
  }
  function clear(chosen: readonly PaperRow[]): void {
    const next = new Map(marks.value)
    for (const row of chosen) next.delete(idOf(row))
    marks.value = next
  }
  function tick(chosen: readonly PaperRow[], on: boolean): void {
    const next = new Set(ticked.value)
    for (const row of chosen) {
      if (on && row.state === 'open') next.add(idOf(row))
      else next.delete(idOf(row))
    }
    ticked.value = next
  }
  /** Forget marks and ticks: they were sent, or the vote is over. */
  function forget(): void {
    marks.value = new Map()
    ticked.value = new Set()
  }
  return { marks, ticked, tickedOpen, open, marked, unmarked, counts, mark, clear, tick, forget }
}
