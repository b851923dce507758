/** The meeting that was chosen first (HB-125), what waits in it for the reader, and that the reader is there. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onMounted, onScopeDispose, ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { answer, api } from '@/api/client'
import { useLive } from '@/api/live'
import { ownSteps } from './steps'

const KEPT_UNDER = 'zhiping.expert.meeting'
const PRESENT_EVERY_MS = 30_000

/** The meeting that the menu leads to; kept in this browser tab. */
export const chosenMeeting = ref(sessionStorage.getItem(KEPT_UNDER) ?? '')
watch(chosenMeeting, (id) => sessionStorage.setItem(KEPT_UNDER, id))

const path = (id: string) => ({ params: { path: { meeting_id: id } } })

/** A meeting and the reader's steps in it, by id; nothing is asked while the id is empty. */
export function useMeetingOf(id: () => string) {
  const client = useQueryClient()
  const detail = useQuery({
    queryKey: computed(() => ['meeting', id()]),
    queryFn: () => answer(api.GET('/meetings/{meeting_id}', path(id()))),
    enabled: () => Boolean(id()),
  })
  const tasks = useQuery({
    queryKey: computed(() => ['meeting', id(), 'tasks']),
    queryFn: () => answer(api.GET('/meetings/{meeting_id}/tasks', path(id()))),
    enabled: () => Boolean(id()),
  })
  const again = () => client.invalidateQueries({ queryKey: ['meeting', id()] })
  useLive(({ topic, id: which }) => {
    if (topic === 'everything' || (topic === 'meeting' && (!which || which === id()))) void again()
  })
  const steps = computed(() =>
    detail.data.value && tasks.data.value ? ownSteps(detail.data.value.card.state, tasks.data.value) : [],
  )
  return { detail, tasks, steps, again }
}

/** The same for the page's own address; the meeting becomes the chosen one, and the judge is said to be present. */
export function useMeeting() {
  const route = useRoute()
  const id = computed(() => route.params.m as string)
  watch(id, (now) => now && (chosenMeeting.value = now), { immediate: true })
  // Not worth a word where it fails: the next time comes in half a minute.
  const bePresent = () =>
    void api.POST('/meetings/{meeting_id}/presence', path(id.value)).catch(() => undefined)
  let timer: ReturnType<typeof setInterval>
  onMounted(() => {
    bePresent()
    timer = setInterval(bePresent, PRESENT_EVERY_MS)
  })
  onScopeDispose(() => clearInterval(timer))
  const found = useMeetingOf(() => id.value)
  const may = (task: string) => found.tasks.data.value?.some((one) => one.step === task) ?? false
  return { id, ...found, may }
}

/** The active meetings at which the reader sits. */
export function useMeetings() {
  return useQuery({
    queryKey: ['meetings', 'own'],
    queryFn: () => answer(api.GET('/meetings', { params: { query: { page: 1, size: 100 } } })),
  })
}

/** Whether the votes for a material suffice. */
export const passes = (row: { yes: number; needed: number }) => row.yes >= row.needed
