/** What a committee's policy settings can ask for beyond the form (HB-T24.3). */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { word } from '@/frames/portal'

export type Policy = Schemas['PolicySettings']

/** Lists may be left empty and slots without a file, unless the form or the committee asks for them. */
export function useDemands() {
  const form = useQuery({
    queryKey: ['form', 'current'],
    queryFn: () => answer(api.GET('/forms')),
    staleTime: 10 * 60_000,
  })
  const blocks = computed(() => form.data.value?.form.sections.flatMap((one) => one.blocks) ?? [])
  const lists = computed(() => blocks.value.filter((one) => one.kind === 'rows'))
  const slots = computed(() =>
    blocks.value
      .filter((one) => one.kind === 'files')
      .flatMap((one) => one.fields)
      .filter((one) => one.required !== true),
  )
  return {
    lists,
    slots,
    nameOf: (id: string) => word([...lists.value, ...slots.value].find((one) => one.id === id)?.label) || id,
  }
}
