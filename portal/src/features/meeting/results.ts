/** Who passed and who failed in a meeting: page by page for tables, whole for choices. */
import { computed, ref, type Ref } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { useFetched } from './current'

const MOST = 100

const ask = (meeting: string, page: number, size: number) =>
  answer(
    api.GET('/meetings/{meeting_id}/results', {
      params: { path: { meeting_id: meeting }, query: { page, size } },
    }),
  )

export function useResults(id: Readonly<Ref<string>>) {
  const page = ref(1)
  const size = ref(10)
  const shown = useFetched(
    () => ['meeting', id.value, 'results', page.value, size.value],
    () => ask(id.value, page.value, size.value),
  )
  const all = useFetched(
    () => ['meeting', id.value, 'results', 'all'],
    async () => {
      const rows: Schemas['MeetingResultRow'][] = []
      for (let at = 1; ; at += 1) {
        const found = await ask(id.value, at, MOST)
        rows.push(...found.items)
        if (at * MOST >= found.total) return rows
      }
    },
  )
  const passed = computed(() => all.data?.filter((row) => row.outcome === 'passed').length ?? 0)
  return { page, size, shown, all, passed }
}
