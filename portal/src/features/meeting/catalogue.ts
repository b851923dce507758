/** Names of the catalogue's specialties and levels, for choices and for lists that carry codes. */
import { computed } from 'vue'
import { answer, api } from '@/api/client'
import { useFetched } from './current'

const useCatalogue = () =>
  useFetched(
    () => ['catalogue'],
    () => answer(api.GET('/catalogue')),
  )

export function useSpecialties(): (code: string) => string {
  const catalogue = useCatalogue()
  const names = computed(() => {
    const found: Record<string, string> = {}
    for (const category of catalogue.data?.categories ?? []) {
      for (const series of category.series) {
        for (const track of series.tracks) Object.assign(found, track.specialties)
      }
    }
    return found
  })
  return (code) => names.value[code] ?? code
}

export function useLevels() {
  const catalogue = useCatalogue()
  return computed(() => catalogue.data?.levels ?? {})
}
