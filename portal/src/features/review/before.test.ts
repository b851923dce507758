import { describe, expect, it } from 'vitest'
import type { BlockContent } from '@/form/types'
import { contentBefore } from './before'

const file = (name: string) => ({
  file_id: `f-${name}`,
  name,
  kind: 'pdf',
  size: 1,
  sha256: `hash of ${name}`,
})
const now: BlockContent = {
  version: 3,
  values: { summary: '补正后', years: 8 },
  files: { proof: [file('新证明.pdf')] },
  rows: [
    { row_id: 'a', version: 1, values: { school: '滏阳大学' }, files: {} },
    { row_id: 'b', version: 1, values: { school: '太行师范大学' }, files: {} },
  ],
}
const change = (more: object) => ({ block: 'basic', row_id: null, field: null, kind: 'changed', ...more })

describe('a block before its last submission', () => {
  it('is not made up where there was no submission before', () => {
    expect(contentBefore('basic', now, null, [])).toBeUndefined()
  })

  it('has the old values, the old files and the rows that are gone', () => {
    const was = contentBefore('basic', now, 1, [
      change({ field: 'summary', before: '过于简略', after: '补正后' }),
      change({ field: 'proof', before: ['旧证明.pdf'], after: ['新证明.pdf'] }),
      change({ kind: 'added', row_id: 'b', after: {} }),
      change({ kind: 'removed', row_id: 'c', before: { school: '演示学院' } }),
      change({ block: 'other', field: 'summary', before: 'x', after: 'y' }),
    ])!
    expect(was.values).toEqual({ summary: '过于简略', years: 8 })
    expect(was.files.proof!.map((one) => one.name)).toEqual(['旧证明.pdf'])
    expect(was.rows.map((one) => one.row_id)).toEqual(['a', 'c'])
  })
})
