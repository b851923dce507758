/** What is asked, and what must be filled in: conditions of the form description, as the server evaluates them. */
import type { Block, BlockContent, Condition, FormDescription, FormField, Values } from './types'

/** What conditions and comparisons look at besides the values of their own block or row. */
export interface Around {
  form: FormDescription
  setting: Readonly<Record<string, unknown>>
  blocks: Readonly<Record<string, BlockContent | undefined>>
  today: string
  cutOff?: string
  /** Blocks and slots that the accepting committees want beyond the form (HB-62). */
  demanded?: readonly string[]
}

export function blocksOf(form: FormDescription): Block[] {
  return form.sections.flatMap((section) => section.blocks)
}

export function fieldOf(block: Block, name: string): FormField | undefined {
  return block.fields.find((field) => field.id === name)
}

/** Whether a condition is met, `valueOf` telling the value of a reference. */
export function holds(condition: boolean | Condition, valueOf: (reference: string) => unknown): boolean {
  if (typeof condition === 'boolean') return condition
  if (condition.all) return condition.all.every((part) => holds(part, valueOf))
  if (condition.any) return condition.any.some((part) => holds(part, valueOf))
  if (condition.none) return !condition.none.some((part) => holds(part, valueOf))
  const value = valueOf(condition.field ?? '') ?? null
  if (condition.filled != null) return (value !== null) === condition.filled
  if (condition.among) return value !== null && (condition.among as unknown[]).includes(value)
  return value !== null && value === condition.equals
}

/** The value to which a reference of the form description points. */
export function valueAt(around: Around, reference: string, block: Block, values: Values): unknown {
  if (reference === 'today') return around.today
  if (reference === 'batch.cut_off') return around.cutOff
  const [name, owner] = reference.split('.').reverse() as [string, string?]
  if (!owner || owner === block.id) return values[name]
  if (owner === 'setting') return around.setting[name]
  const home = blocksOf(around.form).find((one) => one.id === owner)
  const field = home && fieldOf(home, name)
  const known = around.blocks[owner]?.values ?? {}
  return home && field && showsBlock(around, home) && showsField(around, home, field, known)
    ? known[name]
    : undefined
}

/** Whether the block is asked of this declaration. */
export function showsBlock(around: Around, block: Block): boolean {
  return holds(block.visible, (reference) => valueAt(around, reference, block, {}))
}

/** Whether the field is asked, given the other values of its block or row. */
export function showsField(around: Around, block: Block, field: FormField, values: Values): boolean {
  return holds(field.visible, (reference) => valueAt(around, reference, block, values))
}

/** Whether the field must be filled in, given the other values of its block or row. */
export function needsField(around: Around, block: Block, field: FormField, values: Values): boolean {
  return (
    (field.type === 'files' && demandsSlot(around, block, field)) ||
    holds(field.required, (reference) => valueAt(around, reference, block, values))
  )
}

/** Whether something must be entered in the block as a whole: rows that the form asks for, or what a committee wants. */
export function needsBlock(around: Around, block: Block): boolean {
  const isAsked =
    block.rows && block.rows.minimum > 0
      ? holds(block.rows.needed, (reference) => valueAt(around, reference, block, {}))
      : false
  return isAsked || Boolean(around.demanded?.includes(block.id))
}

function demandsSlot({ demanded = [] }: Around, block: Block, field: FormField): boolean {
  return (
    demanded.includes(`${block.id}.${field.id}`) || (block.kind === 'files' && demanded.includes(field.id))
  )
}

/** Completed years between two months written 2026-11, never negative (HB-T23.11). */
export function fullYears(first: string, last: string): number {
  const months = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7))
  return Math.max(0, Math.floor((months(last) - months(first)) / 12))
}
