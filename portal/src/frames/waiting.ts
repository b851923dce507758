/** What waits for the reader: the numbers of the menu, asked once for all (HB-27). */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, api } from '@/api/client'
import { isLive, useLiveQueries } from '@/api/live'
import { session } from '@/session'

const POLL_MS = 60_000
const FRESH_MS = 20_000

export function useWaiting() {
  useLiveQueries({ work: [['waiting']], meeting: [['waiting']] })
  const { data } = useQuery({
    queryKey: ['waiting'],
    queryFn: () => answer(api.GET('/waiting')),
    staleTime: FRESH_MS,
    refetchInterval: () => (isLive.value ? false : POLL_MS),
    enabled: computed(() => session.account.value !== null),
  })
  /** By the `n` of a menu's entry; for the role and organisation in which the reader acts. */
  const counts = computed<Record<string, number>>(() => {
    const acting = session.acting.value
    const own = (data.value?.cases ?? []).filter(
      (one) => one.role === acting?.role && one.organization_id === acting.organization_id,
    )
    const sum = (view: string, of: (one: (typeof own)[number]) => number) =>
      own.filter((one) => one.view === view).reduce((all, one) => all + of(one), 0)
    const isLeader = acting?.role === 'unit_leader'
    return {
      experts: data.value?.committee?.experts ?? 0,
      review: sum('review', (one) => (isLeader ? one.own + one.lower : one.own)),
      subordinate: sum('review', (one) => one.lower),
      preassign: sum('preassignment', (one) => one.own + one.lower),
      committee_check: sum('committee_check', (one) => one.own + one.lower),
    }
  })
  return counts
}
