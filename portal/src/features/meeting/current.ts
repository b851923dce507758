/**
 * The current meeting is chosen first (HB-125). It stands in the address (`/desk/m/:m/groups`) and is remembered in this
 * browser tab, so that a menu entry leads to the step of the meeting that was chosen last.
 */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch, type Ref } from 'vue'
import { useRoute, type RouteLocationNormalized, type RouteLocationRaw } from 'vue-router'
import { answer, api } from '@/api/client'
import { useLive } from '@/api/live'
import { session } from '@/session'

const KEPT_UNDER = 'zhiping.meeting'

const keyOf = (profile: unknown) => `${KEPT_UNDER}.${String(profile)}`

export function rememberMeeting(profile: unknown, id: string): void {
  sessionStorage.setItem(keyOf(profile), id)
}

/** A step without a meeting goes on with the one that was chosen last, or asks for the choice. */
export function chosenFirst(to: RouteLocationNormalized): true | RouteLocationRaw {
  const { profile, m } = to.params
  if (typeof m === 'string' && m) {
    rememberMeeting(profile, m)
    return true
  }
  const kept = sessionStorage.getItem(keyOf(profile))
  return kept
    ? { name: to.name!, params: { profile, m: kept }, query: to.query, replace: true }
    : { name: 'meetings', params: { profile }, query: { step: String(to.name) }, replace: true }
}

/** Old rows stay while new ones load, but not those of another meeting. */
const keep = (before: unknown, query?: { queryKey: readonly unknown[] }, key?: readonly unknown[]) =>
  query && key && query.queryKey[1] === key[1] ? before : undefined

/** What a page fetches, with its fields in reach of the template. */
export function useFetched<T>(key: () => readonly unknown[], ask: () => Promise<T>) {
  return reactive(
    useQuery<T, Error, T>({
      queryKey: computed(key),
      queryFn: ask,
      placeholderData: ((before: unknown, query?: { queryKey: readonly unknown[] }) =>
        keep(before, query, key())) as typeof keepPreviousData,
    }),
  )
}

/** A command; whatever becomes of it, what the page shows of meetings is asked again. */
export function useAct<Input, Output>(
  act: (input: Input) => Promise<Output>,
  done?: (output: Output) => void,
) {
  const client = useQueryClient()
  return reactive(
    useMutation({
      mutationFn: act,
      onSuccess: done,
      onSettled: () =>
        Promise.all(
          ['meeting', 'meetings', 'result-reports'].map((key) =>
            client.invalidateQueries({ queryKey: [key] }),
          ),
        ),
    }),
  )
}

/** Ask again what the page shows of meetings when somebody else changed it. */
export function useLiveMeetings(id?: Readonly<Ref<string>>): void {
  const client = useQueryClient()
  useLive(({ topic, id: changed }) => {
    if (topic !== 'everything' && topic !== 'meeting') return
    if (id && changed && changed !== id.value) return
    const keys = id ? [['meeting', id.value]] : [['meetings'], ['result-reports']]
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  })
}

/** The meeting of the address: its facts, where it stands, and whether the reader may act in it. */
export function useMeeting() {
  const route = useRoute()
  const id = ref(String(route.params.m))
  // While the page is being left, the address has no meeting any more.
  watch(
    () => route.params.m,
    (m) => {
      if (typeof m === 'string' && m) id.value = m
    },
  )
  const path = () => ({ params: { path: { meeting_id: id.value } } })
  const detail = useFetched(
    () => ['meeting', id.value, 'detail'],
    () => answer(api.GET('/meetings/{meeting_id}', path())),
  )
  const overview = useFetched(
    () => ['meeting', id.value, 'overview'],
    () => answer(api.GET('/meetings/{meeting_id}/overview', path())),
  )
  const lines = computed(() => new Map(overview.data?.lines.map((line) => [line.step, line])))
  /** A case officer of the unit that holds the meeting, as whom the reader acts now. */
  const isOfficer = computed(() => {
    const acting = session.acting.value
    return acting?.role === 'case_officer' && acting.organization_id === detail.data?.card.organization_id
  })
  return { id, path, detail, overview, lines, isOfficer }
}
