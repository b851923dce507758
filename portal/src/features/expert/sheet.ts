/** A score sheet while it is being filled in: what each field says, what is wrong with it, and the total (HB-146). */
import type { Schemas } from '@/api/client'

export type Sheet = Schemas['ScoreSheetView']
export type Item = Schemas['ScoringItemView']
/** What stands in the fields of an item, as typed. */
export interface Entry {
  points: string
  comment: string
}
export type Entries = Record<string, Entry>
export type Fault = 'number' | 'range' | 'step' | 'comment'

/** The number that was typed; full-width digits and a comma for the point are taken too. Undefined for anything else. */
export function numberOf(typed: string): number | undefined {
  const text = typed.normalize('NFKC').trim().replace(/[,。]/, '.')
  return /^\d+(\.\d+)?$|^\.\d+$/.test(text) ? Number(text) : undefined
}

/** The fields as the server has them: the draft, else the former score to start from, else empty. */
export function entriesOf(sheet: Sheet): Entries {
  const from = sheet.draft?.entries ?? sheet.current?.entries ?? sheet.former[0]?.entries ?? []
  return Object.fromEntries(
    sheet.items.map((item) => {
      const known = from.find((one) => one.code === item.code)
      const points = known?.points
      return [
        item.code,
        { points: points == null ? '' : String(Number(points)), comment: known?.comment ?? '' },
      ]
    }),
  )
}

/** Whether points are so low that a reason has to be given. */
export function isLow(sheet: Sheet, item: Item, points: number): boolean {
  return 100 * points < sheet.comment_required_below_percent * Number(item.maximum)
}

/** What is wrong with what was typed; an empty field is not wrong, only not scored yet. */
export function faultOf(sheet: Sheet, item: Item, entry: Entry): Fault | undefined {
  if (!entry.points.trim()) return undefined
  const points = numberOf(entry.points)
  if (points === undefined) return 'number'
  if (points > Number(item.maximum)) return 'range'
  const steps = points / Number(sheet.step)
  if (Math.abs(steps - Math.round(steps)) > 1e-9) return 'step'
  if (isLow(sheet, item, points) && !entry.comment.trim()) return 'comment'
  return undefined
}

/** What is left to do, and the total once nothing is. */
export function stateOf(sheet: Sheet, entries: Entries) {
  const open = sheet.items.filter((item) => !entries[item.code]?.points.trim())
  const wrong = sheet.items.filter((item) => faultOf(sheet, item, entries[item.code]!))
  const isComplete = !open.length && !wrong.length
  return {
    open: open.length,
    wrong: wrong.length,
    isComplete,
    total: isComplete
      ? sheet.items.reduce((sum, item) => sum + numberOf(entries[item.code]!.points)!, 0)
      : undefined,
  }
}

/** The points after ↑ or ↓: the next multiple of 0.5, or of the sheet's step where that is coarser, inside the range. */
export function stepped(sheet: Sheet, item: Item, typed: string, up: boolean): string {
  const step = Math.max(0.5, Number(sheet.step))
  const now = numberOf(typed) ?? 0
  const next = up ? Math.floor(now / step + 1e-9) * step + step : Math.ceil(now / step - 1e-9) * step - step
  return String(Math.min(Number(item.maximum), Math.max(0, Number(next.toFixed(2)))))
}

/** Where the sheet that another window saved says something else than the fields here. */
export function changedOf(sheet: Sheet, here: Entries) {
  const there = entriesOf(sheet)
  return sheet.items
    .map((item) => ({ item, here: here[item.code]!, there: there[item.code]! }))
    .filter(
      ({ here, there }) =>
        (numberOf(here.points) ?? here.points.trim()) !== (numberOf(there.points) ?? '') ||
        here.comment.trim() !== there.comment,
    )
}

/** The fields as they are sent. */
export function sent(sheet: Sheet, entries: Entries) {
  return sheet.items.map((item) => ({
    code: item.code,
    points: numberOf(entries[item.code]!.points) ?? null,
    comment: entries[item.code]!.comment.trim(),
  }))
}
