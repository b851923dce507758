/** Series and specialties of the province, for choosing. */
import { useQuery } from '@tanstack/vue-query'
import { answer, api } from '@/api/client'

export interface Choice {
  code: string
  label: string
}

const choices = async (path: string[]): Promise<Choice[]> =>
  (await answer(api.GET('/catalogue/choices', { params: { query: { path } } }))).map(({ code, label }) => ({
    code,
    label,
  }))

/** All series, of every category. */
export function useSeries() {
  return useQuery({
    queryKey: ['catalogue', 'series'],
    queryFn: async () => {
      const categories = await choices([])
      const lists = await Promise.all(categories.map(({ code }) => choices([code])))
      return [...new Map(lists.flat().map((one) => [one.code, one])).values()]
    },
    staleTime: Infinity,
  })
}

/** All specialties, by code, of the series of every category. */
export function useSpecialties() {
  return useQuery({
    queryKey: ['catalogue', 'specialties'],
    queryFn: async () => {
      const found = new Map<string, Choice>()
      for (const category of await choices([])) {
        const series = await choices([category.code])
        const lists = await Promise.all(series.map(({ code }) => choices([category.code, code])))
        for (const one of lists.flat()) found.set(one.code, one)
      }
      return [...found.values()]
    },
    staleTime: Infinity,
  })
}
