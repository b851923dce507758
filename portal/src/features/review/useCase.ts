/** A case with its submission, form and place in the list; the next one is fetched ahead. */
import { keepPreviousData, useQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { contentOf, type BlockContent } from '@/form/types'
import { blocksOf, type Around } from '@/form/around'
import { day } from '@/format'
import { serverNow } from '@/frames/portal'
import { useCatalogue } from '@/form/catalogue'
import type { CaseQuery } from './query'

const FRESH_MS = 60_000
const FOREVER = Infinity

const openedOptions = (id: string) => ({
  queryKey: ['case', id, 'opened'],
  queryFn: () => answer(api.GET('/cases/{case_id}', { params: { path: { case_id: id } } })),
  staleTime: FRESH_MS,
})

const submissionOptions = (opened: Schemas['OpenedCase']) => ({
  // A submission never changes; only what of it is masked depends on who holds the case.
  queryKey: ['submission', opened.case.submission_id, opened.case.version],
  queryFn: () =>
    answer(
      api.GET('/submissions/{submission_id}', {
        params: { path: { submission_id: opened.case.submission_id } },
        headers: { 'X-Read-Grant': opened.read_grant },
      }),
    ),
  staleTime: FOREVER,
})

async function fetchAhead(client: QueryClient, id: string): Promise<void> {
  await client.prefetchQuery(openedOptions(id))
  const opened = client.getQueryData<Schemas['OpenedCase']>(['case', id, 'opened'])
  if (opened) await client.prefetchQuery(submissionOptions(opened))
}

export function useCase(caseId: string, query: () => CaseQuery) {
  const client = useQueryClient()
  const opened = useQuery(openedOptions(caseId))
  const submission = useQuery(
    computed(() =>
      opened.data.value
        ? // Decided elsewhere it is asked for anew; what is being read stays in its place meanwhile.
          { ...submissionOptions(opened.data.value), placeholderData: keepPreviousData }
        : { ...submissionOptions({ case: {} } as Schemas['OpenedCase']), enabled: false },
    ),
  )
  const version = computed(() => submission.data.value?.receipt.profile_version)
  const form = useQuery({
    queryKey: computed(() => ['form', version.value]),
    queryFn: () => answer(api.GET('/forms', { params: { query: { profile_version: version.value! } } })),
    enabled: computed(() => version.value !== undefined),
    staleTime: FOREVER,
  })
  const catalogue = useCatalogue()
  const neighbours = useQuery({
    queryKey: computed(() => ['case', caseId, 'neighbours', query()]),
    queryFn: () =>
      answer(
        api.POST('/cases/{case_id}/neighbours', {
          params: { path: { case_id: caseId } },
          body: query(),
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  })
  watch(
    [() => neighbours.data.value?.next, () => submission.data.value],
    ([next, here]) => next && here && void fetchAhead(client, next),
    { immediate: true },
  )

  const description = computed(() => form.data.value?.form as Around['form'] | undefined)
  /** What is declared (HB-76), in the words that were frozen with it. */
  const setting = computed<BlockContent>(() => ({
    version: 0,
    values: {
      applicant_org: opened.data.value?.case.organization_name,
      ...submission.data.value?.receipt.setting.labels,
    },
    files: {},
    rows: [],
  }))
  const blocks = computed<Record<string, BlockContent>>(() => ({
    ...Object.fromEntries(
      (description.value ? blocksOf(description.value) : [])
        .filter((block) => block.kind === 'setting')
        .map((block) => [block.id, setting.value]),
    ),
    ...Object.fromEntries(
      Object.entries(submission.data.value?.blocks ?? {}).map(([id, raw]) => [id, contentOf(raw)]),
    ),
  }))
  const around = computed<Around | undefined>(() =>
    description.value && submission.data.value
      ? {
          form: description.value,
          setting: submission.data.value.receipt.setting as unknown as Record<string, unknown>,
          blocks: blocks.value,
          today: day(serverNow()),
        }
      : undefined,
  )
  const words = computed(() => ({
    options: form.data.value?.form.options ?? {},
    catalogue: catalogue.data.value,
  }))
  const error = computed(() => opened.error.value ?? submission.error.value ?? form.error.value)
  const retry = () => {
    for (const one of [opened, submission, form]) if (one.error.value) void one.refetch()
  }
  return { opened, submission, neighbours, blocks, around, words, error, retry }
}
