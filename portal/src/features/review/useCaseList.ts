/**
 * A list of cases as it stands on the screen: asked for by its address, renewed when the reader says so. What others
 * do meanwhile is compared and named; the rows are not redrawn under the hand.
 */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { answer, api } from '@/api/client'
import { isLive, useLive } from '@/api/live'
import { Problem } from '@/api/problem'
import { t } from '@/i18n'
import { session } from '@/session'
import {
  LISTS,
  originOf,
  stateOf,
  writeList,
  type CaseFilters,
  type CaseSummary,
  type ListName,
  type Tab,
} from './query'

const POLL_MS = 60_000
const AGAIN_MS = 3_000

interface Turn {
  tab?: Tab
  filters?: CaseFilters
  page?: number
  size?: number
  sort?: string
}

export function useCaseList(name: () => ListName) {
  const route = useRoute()
  const router = useRouter()
  const isLeader = computed(() => session.acting.value?.role === 'unit_leader')
  const view = computed(() => LISTS[name()].view)
  const onlyTab = computed(() => (LISTS[name()] as { onlyTab?: Tab }).onlyTab)
  const state = computed(() => stateOf(route.query, name(), isLeader.value))
  const tab = computed(() => state.value.query.tab!)
  const filters = computed(() => state.value.query.filters)
  const sort = computed(
    () => `${state.value.query.descending ? '-' : ''}${state.value.query.sort ?? 'waiting_since'}`,
  )
  const body = computed(() => ({
    query: state.value.query,
    page: { page: state.value.page, size: state.value.size },
  }))

  /** Another tab, filter, order or page; all but a page begin at the first. */
  function turn(change: Turn): void {
    const { query, page, size } = state.value
    const next = {
      query: {
        ...query,
        tab: change.tab ?? query.tab!,
        filters: { ...(change.filters ?? query.filters) },
        ...(change.sort === undefined
          ? {}
          : {
              sort: change.sort.replace(/^-/, '') as typeof query.sort,
              descending: change.sort.startsWith('-'),
            }),
      },
      page: change.page ?? (Object.keys(change).length ? 1 : page),
      size: change.size ?? size,
    }
    if (next.query.filters.origin === originOf(name(), isLeader.value)) delete next.query.filters.origin
    void router.replace({ query: writeList(name(), next) })
  }

  const list = useQuery({
    queryKey: computed(() => ['case', 'list', body.value]),
    queryFn: () => answer(api.POST('/cases/search', { body: body.value })),
    placeholderData: keepPreviousData,
    // While reviewing is away the list tries again by itself, and says so.
    retry: (times, error) => (error instanceof Problem && error.isPassing) || times < 2,
    retryDelay: AGAIN_MS,
  })
  const isAway = computed(
    () => list.failureReason.value instanceof Problem && list.failureReason.value.isPassing,
  )
  /** The network is cut: what was asked for waits, and the rows are those from before. */
  const isCut = computed(() => list.fetchStatus.value === 'paused')
  const counts = useQuery({
    queryKey: computed(() => ['case', 'counts', view.value, body.value.query.filters]),
    queryFn: () =>
      answer(api.POST('/cases/counts', { body: { view: view.value, filters: body.value.query.filters } })),
    placeholderData: keepPreviousData,
    // The numbers of the tabs come after the rows, for which the reader waits.
    enabled: computed(
      () => view.value !== 'current_year' && list.isFetched.value && !list.isPlaceholderData.value,
    ),
    refetchInterval: () => (isLive.value ? false : POLL_MS),
  })

  const rows = shallowRef<CaseSummary[]>([])
  const total = ref(0)
  /** What became of rows that were decided elsewhere. */
  const gone = ref(new Map<string, string>())
  const shownKey = ref('')
  const seenPending = ref<number>()
  const keyOfList = computed(() => JSON.stringify(body.value))
  function adopt(): void {
    if (!list.data.value || list.isPlaceholderData.value) return
    rows.value = [...list.data.value.items]
    total.value = list.data.value.total
    gone.value = new Map()
    shownKey.value = keyOfList.value
    seenPending.value = counts.data.value?.pending
  }
  watch(
    [() => list.data.value, () => list.isPlaceholderData.value],
    () => {
      if (shownKey.value !== keyOfList.value) adopt()
      else void compare()
    },
    { immediate: true },
  )
  watch(
    () => counts.data.value?.pending,
    (now) => (seenPending.value ??= now),
  )
  const arrived = computed(() => {
    if (tab.value !== 'pending' || onlyTab.value) return 0
    return Math.max(0, (counts.data.value?.pending ?? 0) + gone.value.size - (seenPending.value ?? Infinity))
  })

  /** Rows that are no longer in the list were decided elsewhere: say what became of them. */
  async function compare(): Promise<void> {
    const fresh = new Map((list.data.value?.items ?? []).map((row) => [row.case_id, row]))
    const missing = rows.value.filter((row) => !fresh.has(row.case_id) && !gone.value.has(row.case_id))
    rows.value = rows.value.map((row) => fresh.get(row.case_id) ?? row)
    // A row may only have moved to another page; then its case still waits.
    const isPaged = (list.data.value?.total ?? 0) > state.value.size
    if (!missing.length || (isPaged && tab.value === 'reviewed')) return
    for (const row of missing) {
      const log = await answer(
        api.GET('/cases/{case_id}/log', { params: { path: { case_id: row.case_id } } }),
      ).catch(() => [])
      const [top, second] = log
      if (top?.action === 'waiting' && top.step === row.step && row.state === 'waiting') continue
      const last = top?.action === 'waiting' ? second : top
      gone.value = new Map(gone.value).set(
        row.case_id,
        last
          ? t('desk.gone', { who: last.actor_name ?? last.organization_name ?? '', did: last.action_label })
          : t('desk.goneUnknown'),
      )
    }
  }

  async function renew(): Promise<void> {
    await Promise.all([list.refetch(), counts.refetch()])
    adopt()
  }
  useLive(({ topic }) => {
    if (topic !== 'work' && topic !== 'everything') return
    void counts.refetch()
    void list.refetch()
  })

  return {
    view,
    onlyTab,
    state,
    tab,
    filters,
    sort,
    body,
    isLeader,
    turn,
    list,
    isAway,
    isCut,
    counts,
    rows,
    total,
    gone,
    arrived,
    renew,
  }
}
