/** Dates, numbers and sizes as the reader writes them. Times are the province's: Asia/Shanghai (PL-15). */
import { currentLocale } from './i18n'

const ZONE = 'Asia/Shanghai'

function part(moment: Date, options: Intl.DateTimeFormatOptions): string {
  // `25 Nov`: the day first, as the texts have it.
  const locale = currentLocale() === 'en' ? 'en-GB' : 'zh-CN'
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }).format(moment)
}

/** `2026-11-25` of a moment, for tables. */
export function day(moment: string | Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format(new Date(moment))
}

/** `09:47`. */
export function clock(moment: string | Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' }).format(
    new Date(moment),
  )
}

/** `2026-11-25 09:47`, for tables. */
export function minute(moment: string | Date): string {
  return `${day(moment)} ${clock(moment)}`
}

/** `11月25日` or `25 Nov`, in sentences. */
export function dayInText(moment: string | Date): string {
  const at = new Date(moment)
  return currentLocale() === 'en'
    ? part(at, { day: 'numeric', month: 'short' })
    : part(at, { month: 'long', day: 'numeric' })
}

/** `11月25日 09:47`, in sentences. */
export function minuteInText(moment: string | Date): string {
  return `${dayInText(moment)} ${clock(moment)}`
}

/**
 * The end of a window as people say it: the midnight that ends a day is that day's 24:00.
 * `11月25日 24:00` for 2026-11-26T00:00+08:00.
 */
export function endInText(moment: string | Date): string {
  const at = new Date(moment)
  if (clock(at) !== '00:00') return minuteInText(at)
  return `${dayInText(new Date(at.getTime() - 1))} 24:00`
}

/** Whole days that are left until a moment, the running one included; 0 when it has passed. */
export function daysLeft(until: string | Date, now: Date): number {
  return Math.max(0, Math.ceil((new Date(until).getTime() - now.getTime()) / 86_400_000))
}

/** `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000 * 1024) return `${Math.ceil(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** `1,234` people, files, rows. */
export function count(number: number): string {
  return new Intl.NumberFormat(currentLocale()).format(number)
}

/** Full-width digits as plain ones. */
export const ascii = (text: string) =>
  text.replace(/[\uFF10-\uFF19]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))

export type DateKind = 'date' | 'month' | 'minute'

/** 2026-11-25 of 20261125, 2026/11/25, 2026.11.25 and 2026年11月25日; what is none of these stays as typed. */
export function tidyDate(typed: string, kind: DateKind): string {
  if (kind === 'minute') {
    const parts = /^(.+?)[T\s]+(\d{1,2})[:：](\d{2})$/.exec(ascii(typed.trim()))
    return parts ? `${tidyDate(parts[1]!, 'date')} ${parts[2]!.padStart(2, '0')}:${parts[3]}` : typed.trim()
  }
  const parts = ascii(typed.trim())
    .replace(/^(\d{4})(\d{2})(\d{2})?$/, (_, y: string, m: string, d?: string) =>
      [y, m, d].filter(Boolean).join('-'),
    )
    .split(/[-/.年月日\s]+/)
    .filter(Boolean)
  if (parts.length !== (kind === 'date' ? 3 : 2) || !parts.every((part) => /^\d{1,4}$/.test(part)))
    return typed.trim()
  return parts.map((part, at) => part.padStart(at ? 2 : 4, '0')).join('-')
}

/** Whether there is such a minute, written as 2026-11-25 09:47. */
export function isMinute(text: string): boolean {
  return isDay(text.slice(0, 10)) && /^ ([01]\d|2[0-3]):[0-5]\d$/.test(text.slice(10))
}

/** Whether there is such a day, written as 2026-11-25. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && text >= '1900' && text < '2101'
}
