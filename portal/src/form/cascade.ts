/** Choices along the catalogue: category → series → specialty → title → level (HB-57). */
import { fieldOf } from './around'
import type { Block, Catalogue, FormField, Values } from './types'

type Series = Catalogue['categories'][number]['series'][number]

const tracksOf = (series: Series, specialty: string) =>
  specialty in (series.specialties ?? {})
    ? series.tracks
    : series.tracks.filter((track) => specialty in (track.specialties ?? {}))

/** What may be chosen after these codes: code → label; empty where the path leads nowhere. */
export function choices(catalogue: Catalogue, path: readonly string[]): Record<string, string> {
  if (!path.length) return Object.fromEntries(catalogue.categories.map((one) => [one.code, one.label]))
  const category = catalogue.categories.find((one) => one.code === path[0])
  if (path.length === 1)
    return Object.fromEntries((category?.series ?? []).map((one) => [one.code, one.label]))
  const series = category?.series.find((one) => one.code === path[1])
  if (!series) return {}
  if (path.length === 2)
    return Object.assign({}, series.specialties, ...series.tracks.map((track) => track.specialties ?? {}))
  const titles = tracksOf(series, path[2]!).flatMap((track) =>
    Object.entries(track.titles).map(([level, label]) => ({ code: `${track.code}.${level}`, label, level })),
  )
  if (path.length === 3) return Object.fromEntries(titles.map((title) => [title.code, title.label]))
  const level = titles.find((title) => title.code === path[3])?.level
  return level && path.length === 4 ? { [level]: catalogue.levels[level] ?? level } : {}
}

/** The codes chosen before a cascading field, the first step first; null where one is not chosen yet. */
export function pathBefore(block: Block, field: FormField, values: Values): string[] | null {
  const path: string[] = []
  for (let parent = field.depends; parent; parent = fieldOf(block, parent)?.depends) {
    const code = values[parent]
    if (typeof code !== 'string' || !code) return null
    path.unshift(code)
  }
  return path
}

/** The fields whose choice hangs on this one, directly or through others. */
export function below(block: Block, name: string): FormField[] {
  const next = block.fields.filter((field) => field.type === 'cascade' && field.depends === name)
  return next.flatMap((field) => [field, ...below(block, field.id)])
}
