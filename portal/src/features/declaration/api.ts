/** The applicant's declaration at the API: queries, and the source of its form. */
import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { answer, api, ifMatch, type Schemas } from '@/api/client'
import type { FormSource } from '@/form/source'
import { contentOf, type AttachedFile, type Place } from '@/form/types'

export type Summary = Schemas['DeclarationSummary']
export type DeclarationView = Schemas['DeclarationView']
export type BlockState = Schemas['BlockState']

export const EDITABLE = ['draft', 'returned']
/** States in which the declaration is over. */
export const CLOSED = ['passed', 'failed', 'discarded']

const own = (id: string) => ({ params: { path: { declaration_id: id } } })

export function useDeclarations() {
  return useQuery({ queryKey: ['declarations'], queryFn: () => answer(api.GET('/declarations')) })
}

export function useDeclaration(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['declaration', toValue(id), 'view']),
    queryFn: () => answer(api.GET('/declarations/{declaration_id}', own(toValue(id)))),
  })
}

export function useStatus(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['declaration', toValue(id), 'status']),
    queryFn: () => answer(api.GET('/declarations/{declaration_id}/status', own(toValue(id)))),
  })
}

export function useReceipts(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['declaration', toValue(id), 'receipts']),
    queryFn: () => answer(api.GET('/declarations/{declaration_id}/receipts', own(toValue(id)))),
  })
}

export function useSubmission(id: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: computed(() => ['submission', toValue(id)]),
    queryFn: () =>
      answer(api.GET('/submissions/{submission_id}', { params: { path: { submission_id: toValue(id)! } } })),
    enabled: () => Boolean(toValue(id)),
    staleTime: Infinity,
  })
}

/** The draft of a declaration, block by block. `ahead` asks for all of them before the form is known. */
export function declarationSource(id: string): FormSource & { ahead: () => void } {
  const at = (block: string) => ({ declaration_id: id, block })
  const row = (block: string, rowId: string) => ({ ...at(block), row_id: rowId })
  const slot = (place: Place, file: AttachedFile) => ({
    slot: place.field!,
    file_id: file.file_id,
    row_id: place.row_id ?? null,
  })
  const one = (block: string) =>
    answer(api.GET('/declarations/{declaration_id}/blocks/{block}', { params: { path: at(block) } }))
  const all = () => answer(api.GET('/declarations/{declaration_id}/blocks', own(id)))
  let early: ReturnType<typeof all> | undefined
  let asked: Set<string> | undefined
  let coming: Promise<Map<string, Schemas['BlockView']>> | undefined

  /** What is asked for in the same breath comes in one answer: a page shows up to two dozen blocks. */
  async function fetched(wanted: Set<string>): Promise<Map<string, Schemas['BlockView']>> {
    await Promise.resolve()
    asked = coming = undefined
    const begun = early
    early = undefined
    const found = await (begun ?? (wanted.size > 1 ? all() : one([...wanted][0]!).then((view) => [view])))
    return new Map(found.map((view) => [view.block, view]))
  }

  return {
    key: id,
    ahead: () => {
      early = all()
      early.catch(() => undefined) // said where the blocks are loaded
    },
    load: async (block) => {
      asked ??= new Set()
      asked.add(block)
      coming ??= fetched(asked)
      return contentOf((await coming).get(block)!.content)
    },
    save: (block, values, version) =>
      answer(
        api.PUT('/declarations/{declaration_id}/blocks/{block}', {
          params: { path: at(block), header: ifMatch(version) },
          body: { values },
        }),
      ),
    addRow: (block, values) =>
      answer(
        api.POST('/declarations/{declaration_id}/blocks/{block}/rows', {
          params: { path: at(block) },
          body: { values },
        }),
      ),
    changeRow: (block, rowId, values, version) =>
      answer(
        api.PUT('/declarations/{declaration_id}/blocks/{block}/rows/{row_id}', {
          params: { path: row(block, rowId), header: ifMatch(version) },
          body: { values },
        }),
      ),
    deleteRow: (block, rowId, version) =>
      answer(
        api.DELETE('/declarations/{declaration_id}/blocks/{block}/rows/{row_id}', {
          params: { path: row(block, rowId), header: ifMatch(version) },
        }),
      ),
    attach: (place, file) =>
      answer(
        api.POST('/declarations/{declaration_id}/blocks/{block}/files', {
          params: { path: at(place.block) },
          body: slot(place, file),
        }),
      ),
    detach: (place, file) =>
      answer(
        api.POST('/declarations/{declaration_id}/blocks/{block}/files/detach', {
          params: { path: at(place.block) },
          body: slot(place, file),
        }),
      ),
  }
}

/** What is declared, in one line: 高等学校教师-本科 · 逻辑学 · 副教授（高级(副高)）· 正常申报 · 评审. */
export function settingText(setting: Schemas['SettingChoice']): string {
  const { title_series, specialty, declared_title, title_level, declaration_mode, review_mode } =
    setting.labels
  return [title_series, specialty, `${declared_title}（${title_level}）`, declaration_mode, review_mode].join(
    ' · ',
  )
}
