/** What is typed, as the server stores it, and what is wrong with its form: checked when a field is left (PL-16). */
import { ascii, isDay, tidyDate } from '@/format'
import { t } from '@/i18n'
import { word } from '@/frames/portal'
import { blocksOf, fieldOf, fullYears, showsField, valueAt, type Around } from './around'
import type { Block, FormField, Values } from './types'

export type Reading = { value: unknown } | { fault: string }

const fault = (code: string, params: Record<string, unknown> = {}): Reading => ({
  fault: t(`form.fault.${code}`, params),
})
function readNumber(field: FormField, text: string): Reading {
  const typed = ascii(text)
  if (!/^-?\d+(\.\d+)?$/.test(typed)) return fault(field.type === 'year' ? 'not_a_year' : 'not_a_number')
  const value = Number(typed)
  if (field.type === 'year' && !(value >= 1900 && value <= 2100 && /^\d{4}$/.test(typed)))
    return fault('not_a_year')
  if ((typed.split('.')[1] ?? '').replace(/0+$/, '').length > field.decimals)
    return field.decimals ? fault('too_many_decimals', { n: field.decimals }) : fault('not_whole')
  if (field.minimum != null && value < field.minimum) return fault('too_small', { n: field.minimum })
  if (field.maximum != null && value > field.maximum) return fault('too_large', { n: field.maximum })
  return { value }
}

/** The stored form of a typed value, null where nothing was typed. */
export function read(field: FormField, raw: unknown): Reading {
  if (raw === undefined || raw === null) return { value: null }
  const text = String(raw).trim()
  if (!text) return { value: null }
  switch (field.type) {
    case 'number':
    case 'year':
      return readNumber(field, text)
    case 'date': {
      const day = tidyDate(text, 'date')
      return isDay(day) ? { value: day } : fault('not_a_date')
    }
    case 'month': {
      const month = tidyDate(text, 'month')
      return isDay(`${month}-01`) ? { value: month } : fault('not_a_month')
    }
    case 'mobile':
      return /^1\d{10}$/.test(ascii(text).replace(/[\s-]|^\+86/g, ''))
        ? { value: text }
        : fault('not_a_mobile')
    case 'phone':
      return /^(0\d{2,3}[2-9]\d{6,7}|1\d{10})$/.test(ascii(text).replace(/[\s()（）-]/g, ''))
        ? { value: text }
        : fault('not_a_phone')
    case 'url':
      return /^https?:\/\/[^\s/]+/i.test(text) ? { value: text } : fault('not_a_url')
    default:
      if (field.limit && [...text].length > field.limit) return fault('too_long', { n: field.limit })
      return { value: text }
  }
}

/** What contradicts another field or today; empty where nothing does. */
export function compare(block: Block, field: FormField, values: Values, around: Around): string {
  const value = values[field.id]
  if (value === undefined || value === null) return ''
  const isNumber = field.type === 'number'
  for (const [reference, sign, code] of [
    [field.at_least, -1, isNumber ? 'below_other' : 'before_other'],
    [field.at_most, 1, isNumber ? 'above_other' : 'after_other'],
  ] as const) {
    const other = reference ? valueAt(around, reference, block, values) : undefined
    if (other === undefined || other === null || order(value, other) !== sign) continue
    return t(`form.fault.${code}`, { other: nameOf(reference!, block, around), value: String(other) })
  }
  return ''
}

/** Dates of different precision are compared by the coarser one. */
function order(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return Math.sign(left - right)
  const length = Math.min(String(left).length, String(right).length)
  const [one, other] = [String(left).slice(0, length), String(right).slice(0, length)]
  return one < other ? -1 : one > other ? 1 : 0
}

function nameOf(reference: string, block: Block, around: Around): string {
  if (reference === 'today') return t('form.today')
  if (reference === 'batch.cut_off') return t('form.cutOff')
  const [name, owner] = reference.split('.').reverse() as [string, string?]
  const home = owner ? blocksOf(around.form).find((one) => one.id === owner) : block
  return word(home && fieldOf(home, name)?.label)
}

/** What would be stored of these values: computed ones added, what is not asked left out. */
export function stored(block: Block, values: Values, around: Around): Values {
  const kept: Values = {}
  for (const field of block.fields) {
    if (field.type !== 'files' && values[field.id] !== undefined && values[field.id] !== null)
      kept[field.id] = values[field.id]
  }
  for (const field of block.fields) {
    if (!field.years_between) continue
    delete kept[field.id]
    const [first, last] = field.years_between.map((name) => kept[name])
    if (typeof first === 'string' && typeof last === 'string') kept[field.id] = fullYears(first, last)
  }
  for (const field of block.fields) {
    if (!showsField(around, block, field, kept)) delete kept[field.id]
  }
  return kept
}

/** What is typed, read: the values that can be stored, and what is wrong by field. */
export function readAll(
  block: Block,
  typed: Values,
  around: Around,
): { values: Values; faults: Record<string, string> } {
  const values: Values = {}
  const faults: Record<string, string> = {}
  for (const field of block.fields) {
    if (field.type === 'files') continue
    const reading = read(field, typed[field.id])
    if ('fault' in reading) faults[field.id] = reading.fault
    else if (reading.value !== null) values[field.id] = reading.value
  }
  for (const field of block.fields) {
    const wrong = compare(block, field, values, around)
    if (wrong) faults[field.id] = wrong
  }
  return { values, faults }
}

/** Whether two stored values are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return (one ?? '') === (other ?? '')
}
