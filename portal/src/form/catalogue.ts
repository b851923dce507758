/** What can be declared in the province: series, specialties and levels by name, for choices and for lists of codes. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, api } from '@/api/client'
import { choices } from './cascade'
import type { Catalogue } from './types'

export interface Choice {
  code: string
  label: string
}

/** The catalogue whole: it changes when the province publishes another one. */
export function useCatalogue() {
  return useQuery({
    queryKey: ['catalogue'],
    queryFn: () => answer(api.GET('/catalogue')),
    staleTime: Infinity,
  })
}

export const pairs = (labels: Record<string, string> | undefined): Choice[] =>
  Object.entries(labels ?? {}).map(([code, label]) => ({ code, label }))
export const distinct = (found: readonly Choice[]): Choice[] => [
  ...new Map(found.map((one) => [one.code, one])).values(),
]

const specialtiesOf = (catalogue: Catalogue) =>
  catalogue.categories.flatMap((category) =>
    category.series.flatMap((series) => pairs(choices(catalogue, [category.code, series.code]))),
  )

/** Choices, and the name of a code; a code that the catalogue no longer has names itself. */
function useNames(of: (catalogue: Catalogue) => readonly Choice[]) {
  const { data } = useCatalogue()
  const all = computed(() => (data.value ? distinct(of(data.value)) : []))
  const names = computed(() => new Map(all.value.map(({ code, label }) => [code, label])))
  return { all, nameOf: (code: string) => names.value.get(code) ?? code }
}

export const useSeries = () => useNames(({ categories }) => categories.flatMap(({ series }) => series))
export const useSpecialties = () => useNames(specialtiesOf)

/** The province's word for each level. */
export function useLevels() {
  const { data } = useCatalogue()
  return computed(() => data.value?.levels ?? {})
}
