/** A sheet of the scoring standard while it is edited: amounts as the server writes them. */
export interface Item {
  code: string
  name: string
  maximum: string | number
  description: string
  evidence: string[]
}

export interface Sheet {
  group_id: string | null
  title_level: string | null
  name: string
  total: string | number
  step: string | number
  comment_required_below_percent: number
  comment_max: number
  items: Item[]
}

/** The sum of the maxima, to hundredths: 0.1 + 0.2 is 0.3. */
export function sumOf(sheet: Sheet): number {
  return sheet.items.reduce((sum, item) => sum + Math.round((Number(item.maximum) || 0) * 100), 0) / 100
}

/** An item's weight: its maximum's share of the total, in per cent with one decimal. */
export function weightOf(item: Item, sheet: Sheet): string {
  const total = Number(sheet.total)
  return total > 0 ? `${(((Number(item.maximum) || 0) / total) * 100).toFixed(1)}%` : ''
}

/** A code that no item of the sheet has. */
export function freeCode(sheet: Sheet): string {
  const taken = new Set(sheet.items.map((item) => item.code))
  let number = sheet.items.length + 1
  while (taken.has(`item_${number}`)) number += 1
  return `item_${number}`
}

export function blankSheet(name: string): Sheet {
  return {
    group_id: null,
    title_level: null,
    name,
    total: 100,
    step: 0.5,
    comment_required_below_percent: 40,
    comment_max: 500,
    items: [{ code: 'item_1', name: '', maximum: 100, description: '', evidence: [] }],
  }
}
