/** Who passed and who failed in a meeting: page by page for tables, whole for choices. */
import { computed, ref, type Ref } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { useFetched } from './current'

export type Outcome = Schemas['Outcome']

const MOST = 100

export const searchResults = (meeting: string, search: Schemas['ResultSearch']) =>
  answer(
    api.POST('/meetings/{meeting_id}/results/search', {
      params: { path: { meeting_id: meeting } },
      body: search,
    }),
  )

/** One page of results, by a part of a name or unit and by what came out. */
export function useResultPage(id: Readonly<Ref<string>>) {
  const page = ref(1)
  const size = ref(10)
  const text = ref('')
  const outcome = ref<Outcome | ''>('')
  const shown = useFetched(
    () => ['meeting', id.value, 'results', page.value, size.value, text.value, outcome.value],
    () =>
      searchResults(id.value, {
        page: page.value,
        size: size.value,
        text: text.value,
        outcome: outcome.value || null,
      }),
  )
  return { page, size, text, outcome, shown }
}

export function useAllResults(id: Readonly<Ref<string>>) {
  const all = useFetched(
    () => ['meeting', id.value, 'results', 'all'],
    async () => {
      const rows: Schemas['MeetingResultRow'][] = []
      for (let at = 1; ; at += 1) {
        const found = await searchResults(id.value, { page: at, size: MOST, text: '', outcome: null })
        rows.push(...found.items)
        if (at * MOST >= found.total) return rows
      }
    },
  )
  const passed = computed(() => all.data?.filter((row) => row.outcome === 'passed') ?? [])
  return { all, passed }
}
