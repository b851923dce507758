/** Choices and rules of the forms for organisations and accounts. */
import { useQuery } from '@tanstack/vue-query'
import { answer, api, type Schemas } from '@/api/client'
import { currentLocale } from '@/i18n'

export type Options = Schemas['AccountOptions']
type Choice = Options['org_category'][number]

export function useAccountOptions() {
  return useQuery({
    queryKey: ['account-options'],
    queryFn: () => answer(api.GET('/account-options')),
    staleTime: Infinity,
  })
}

/** The label of a choice in the reader's language. */
export function labelOf(choice: Choice): string {
  return choice.label[currentLocale()] ?? choice.label['zh-CN'] ?? choice.code
}

/** The label of a code; the code itself where the list does not have it. */
export function labelIn(choices: Choice[] | undefined, code: string): string {
  const found = choices?.find((choice) => choice.code === code)
  return found ? labelOf(found) : code
}

/** `石家庄市 长安区` of a region's code: the province is the same in every row, and named where it is all. */
export function regionName(options: Options | undefined, code: string): string {
  const names: string[] = []
  for (let at: string | null = code; at && names.length < 4;) {
    const region: Options['regions'][number] | undefined = options?.regions.find((one) => one.code === at)
    if (!region) break
    names.unshift(region.name)
    at = region.parent
  }
  return (names.length > 1 ? names.slice(1) : names).join(' ') || code
}
