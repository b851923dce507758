/** What the current route says: steps, limits, words. */
import { useQuery } from '@tanstack/vue-query'
import { answer, api, type Schemas } from '@/api/client'

export const useRoute = () =>
  useQuery({
    queryKey: ['route', 'review'],
    queryFn: () => answer(api.GET('/review/route')),
    staleTime: 5 * 60_000,
  })

/** Whether passing from a step takes the data of HB-T30: required, optional or none. */
export function recommendationAt(route: Schemas['RouteDescription'] | undefined, step: string): string {
  return route?.steps.find((one) => one.step === step)?.recommendation ?? 'optional'
}

/** Key of the words for where passing leads: to the own leader, the unit above, the committee. */
export function whitherKey(
  route: Schemas['RouteDescription'] | undefined,
  step: string,
  isTop: boolean | undefined,
): string {
  const at = route?.steps.findIndex((one) => one.step === step) ?? -1
  const here = route?.steps[at]
  if (!here) return 'next'
  if (here.kind === 'committee_check') return 'committee'
  if (route!.steps[at + 1]?.kind === 'review' && route!.steps[at + 1]!.role === 'unit_leader') return 'leader'
  if (isTop === undefined) return 'next'
  return isTop ? 'preassignment' : 'upper'
}
