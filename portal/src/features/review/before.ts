/** A block as it was in the submission before, made from what the server says has changed. */
import type { Schemas } from '@/api/client'
import type { AttachedFile, BlockContent, Files, RowContent, Values } from '@/form/types'

type Change = Schemas['ContentChange']

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

/** The files that had these names: those that are still there, and stand-ins for those that are gone. */
function filesNamed(names: readonly string[], now: readonly AttachedFile[]): AttachedFile[] {
  return names.map(
    (name) =>
      now.find((file) => file.name === name) ?? {
        file_id: '',
        name,
        kind: '',
        size: 0,
        sha256: `was ${name}`,
      },
  )
}

function undo(values: Values, files: Files, changes: readonly Change[]): { values: Values; files: Files } {
  const was = { values: { ...values }, files: { ...files } }
  for (const { field, before, after } of changes) {
    if (!field) continue
    const isSlot = field in files || isNames(before) || isNames(after)
    if (isSlot) was.files[field] = filesNamed(isNames(before) ? before : [], files[field] ?? [])
    else was.values[field] = before ?? undefined
  }
  return was
}

/** The block before; undefined where nothing is compared. */
export function contentBefore(
  block: string,
  now: BlockContent,
  since: number | null | undefined,
  changes: readonly Change[],
): BlockContent | undefined {
  if (since == null) return undefined
  const own = changes.filter((one) => one.block === block)
  const at = (row: string | null) =>
    own.filter((one) => (one.row_id ?? null) === row && one.kind === 'changed')
  const added = new Set(own.filter((one) => one.kind === 'added').map((one) => one.row_id))
  const removed: RowContent[] = own
    .filter((one) => one.kind === 'removed' && one.row_id)
    .map((one) => ({ row_id: one.row_id!, version: 0, values: (one.before ?? {}) as Values, files: {} }))
  const rows = now.rows
    .filter((row) => !added.has(row.row_id))
    .map((row) => ({ ...row, ...undo(row.values, row.files, at(row.row_id)) }))
  return { ...now, ...undo(now.values, now.files, at(null)), rows: [...rows, ...removed] }
}
