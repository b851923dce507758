/** The kinds of relations that exclude, in the province's words. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, api } from '@/api/client'
import { word } from '@/frames/portal'

export function useRelationKinds() {
  const options = useQuery({
    queryKey: ['committee-options'],
    queryFn: () => answer(api.GET('/committee-options')),
    staleTime: Infinity,
  })
  const kinds = computed(() => options.data.value?.relations ?? [])
  const kindText = (code: string) => word(kinds.value.find((one) => one.code === code)?.label) || code
  return { kinds, kindText }
}
