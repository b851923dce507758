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

/** Key of the words for where passing leads: to the own leader, the unit above, pre-assignment, the committee. */
export function whitherKey(
  route: Schemas['RouteDescription'] | undefined,
  { next, holder_organization_id: holder }: Schemas['CaseSummary'],
): string {
  if (!next) return 'committee'
  if (route?.steps.find((one) => one.step === next.step)?.kind === 'preassignment') return 'preassignment'
  return next.organization_id === holder ? 'leader' : 'upper'
}

export const DAY_MS = 86_400_000

/** Whole days since a case came to its holder. */
export const waitedDays = (since: string, now: Date) =>
  Math.floor((now.getTime() - new Date(since).getTime()) / DAY_MS)
