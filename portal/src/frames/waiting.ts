/** What waits for the reader: the numbers of the menu, asked once for all (HB-27). */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { isLive, useLiveQueries } from '@/api/live'
import { queryClient } from '@/api/queries'
import { session, type ActingRole } from '@/session'
import { MENUS, type Group } from './menu'

const POLL_MS = 60_000
const FRESH_MS = 20_000

const options = () => ({
  queryKey: ['waiting'],
  queryFn: () => answer(api.GET('/waiting')),
  staleTime: FRESH_MS,
})

export function useWaiting() {
  useLiveQueries({ work: [['waiting']], meeting: [['waiting']] })
  const { data } = useQuery({
    ...options(),
    refetchInterval: () => (isLive.value ? false : POLL_MS),
    enabled: computed(() => session.account.value !== null),
  })
  return computed(() => countsOf(data.value, session.acting.value))
}

/** By the `n` of a menu's entry; for the role and organisation in which the reader acts. */
export function countsOf(
  data: Schemas['Waiting'] | undefined,
  acting: ActingRole | null,
): Record<string, number> {
  const own = (data?.cases ?? []).filter(
    (one) => one.role === acting?.role && one.organization_id === acting.organization_id,
  )
  const sum = (view: string, of: (one: (typeof own)[number]) => number) =>
    own.filter((one) => one.view === view).reduce((all, one) => all + of(one), 0)
  const isLeader = acting?.role === 'unit_leader'
  return {
    experts: data?.committee?.experts ?? 0,
    review: sum('review', (one) => (isLeader ? one.own + one.lower : one.own)),
    subordinate: sum('review', (one) => one.lower),
    preassign: sum('preassignment', (one) => one.own + one.lower),
    committee_check: sum('committee_check', (one) => one.own + one.lower),
  }
}

/** The first list of a menu in which something waits. */
export function firstWaiting(menu: Group[], counts: Record<string, number>): string | undefined {
  return menu.flatMap((group) => group.entries).find((entry) => counts[entry.n ?? ''])?.route
}

/** Where somebody who reviews begins: the first list with work, else all of this year. */
export async function firstList(): Promise<string> {
  const acting = session.acting.value
  const found = await queryClient.fetchQuery({ ...options(), retry: false }).catch(() => undefined)
  return (acting && firstWaiting(MENUS[acting.role], countsOf(found, acting))) ?? 'year'
}
