/** A committee's data while they are filled in, and in words. */
import { useQuery } from '@tanstack/vue-query'
import { answer, api, type Schemas } from '@/api/client'
import { regionName, useAccountOptions } from '@/features/units/options'
import { useSeries } from '@/form/catalogue'
import { word } from '@/frames/portal'
import { t } from '@/i18n'

export type Data = Schemas['CommitteeData'] & { code: string }

export function useCommitteeOptions() {
  return useQuery({
    queryKey: ['committee-options'],
    queryFn: () => answer(api.GET('/committee-options')),
    staleTime: Infinity,
  })
}

/** An item of a committee's data as it is read. */
export function useWordsOf(): (data: Data, name: keyof Data) => string {
  const options = useCommitteeOptions()
  const accounts = useAccountOptions()
  const { nameOf } = useSeries()
  const label = (choices: Schemas['Choice'][] | undefined, code: string) =>
    word(choices?.find((one) => one.code === code)?.label) || code
  return (data, name) => {
    if (name === 'scope')
      return data.scope.map(({ title_series }) => nameOf(title_series)).join(t('common.and'))
    if (name === 'level') return label(options.data.value?.levels, data.level)
    if (name === 'scope_kind') return label(options.data.value?.scope_kinds, data.scope_kind)
    if (name === 'region') return data.region && regionName(accounts.data.value, data.region)
    return String(data[name] ?? '')
  }
}
