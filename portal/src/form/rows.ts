/** How the rows of a block are laid out as a table: what stands in columns, what below them. */
import type { Block, FormField, RowContent } from './types'

/** A column: one field, or the two ends of a period (起止). */
export interface RowColumn {
  fields: FormField[]
}

export interface RowLayout {
  columns: RowColumn[]
  /** yes_no fields: shown as a word where the answer is yes. */
  flags: FormField[]
  slots: FormField[]
  /** What does not fit in columns. */
  rest: FormField[]
}

const TIMES = ['date', 'month', 'year']

/** The field that ends the period which `field` begins. */
function endOf(block: Block, field: FormField): FormField | undefined {
  return block.fields.find((one) => one.at_least === field.id && TIMES.includes(one.type))
}

/**
 * Lay out: the time of the order first, then the columns that the form names; without them the first fields that are
 * short, at most `most` columns.
 */
export function layOut(block: Block, most = block.rows?.columns?.length ? 5 : 4): RowLayout {
  const slots = block.fields.filter((field) => field.type === 'files')
  const flags = block.fields.filter((field) => field.type === 'yes_no')
  const others = block.fields.filter((field) => field.type !== 'files' && field.type !== 'yes_no')
  const time = others.find((field) => field.id === block.rows?.order_by)
  const end = time && endOf(block, time)
  const period: RowColumn[] = time ? [{ fields: end ? [time, end] : [time] }] : []
  const named = block.rows?.columns ?? []
  const short = others.filter((field) => field !== time && field !== end && field.type !== 'textarea')
  const shown = named.length ? named.map((name) => others.find((field) => field.id === name)!) : short
  const columns = [...period, ...shown.slice(0, most - period.length).map((field) => ({ fields: [field] }))]
  const placed = new Set(columns.flatMap((column) => column.fields))
  return { columns, flags, slots, rest: others.filter((field) => !placed.has(field)) }
}

/** The rows by time, the earliest first; rows without a time stand at the end (PL-19). */
export function inOrder(block: Block, rows: readonly RowContent[]): RowContent[] {
  const by = block.rows?.order_by
  if (!by) return [...rows]
  const key = (row: RowContent) => (by in row.values ? `0${String(row.values[by])}` : '1')
  return [...rows].sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0))
}
