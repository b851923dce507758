/** Points as they are written: at least one decimal where there is one, never more than two. */
export function points(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return ''
  return String(Number(Number(value).toFixed(2)))
}

/** Points of a score, with one decimal: `86.5`, `82.0`. */
export function scored(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return ''
  const number = Number(value)
  return Number.isInteger(number * 10) ? number.toFixed(1) : number.toFixed(2)
}
