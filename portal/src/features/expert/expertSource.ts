/** An expert's own profile as a form: blocks are saved whole over the revision that was read, also lists (HB-117). */
import { answer, api, type Schemas } from '@/api/client'
import type { FormSource } from '@/form/source'
import { contentsOf } from '@/form/types'
import type { AttachedFile, Place, RowContent, Values } from '@/form/types'

export type ExpertProfile = Schemas['OwnExpertProfile']

interface Known {
  revision: number
  rows: RowContent[]
}
/** A row to be stored; one that is new has no id yet. */
type Sent = Pick<RowContent, 'values'> & { row_id: string | null }

/** `changed` is told what the server said of each save. */
export function expertSource(account: string, changed: () => void): FormSource {
  const known: Record<string, Known> = {}

  async function put(block: string, content: Values | Values[], revision: number, rows?: Sent[]) {
    const saved = await answer(
      api.PUT('/me/expert-profile/blocks/{block}', {
        params: { path: { block } },
        body: { revision, content: content as never, row_ids: rows?.map((row) => row.row_id) ?? null },
      }),
    )
    changed()
    return saved
  }

  /** Store a list; answers its new revision and its rows as they are known from now on. */
  async function putRows(block: string, rows: Sent[]): Promise<Known> {
    const saved = await put(
      block,
      rows.map((row) => row.values),
      known[block]!.revision,
      rows,
    )
    const ids = saved.row_ids ?? []
    return (known[block] = {
      revision: saved.revision,
      rows: rows.map(({ values }, at) => ({ row_id: ids[at]!, version: 1, values, files: {} })),
    })
  }

  async function move(act: 'files' | 'files/detach', place: Place, file: AttachedFile) {
    const saved = await answer(
      api.POST(`/me/expert-profile/blocks/{block}/${act}`, {
        params: { path: { block: place.block } },
        body: { slot: place.field!, row_id: place.row_id ?? null, file_id: file.file_id },
      }),
    )
    if (known[place.block]) known[place.block]!.revision = saved.revision
    changed()
    return { version: saved.revision }
  }

  return {
    key: `expert/${account}`,
    async load(block) {
      const profile = await answer(api.GET('/me/expert-profile'))
      const content = contentsOf(profile.blocks)[block] ?? { version: 0, values: {}, files: {}, rows: [] }
      known[block] = { revision: content.version, rows: content.rows }
      return content
    },
    async save(block, values, version) {
      return { version: (await put(block, values, version)).revision }
    },
    async addRow(block, values) {
      const { rows, revision } = await putRows(block, [...known[block]!.rows, { row_id: null, values }])
      return { version: revision, row_id: rows.at(-1)!.row_id, row_version: 1 }
    },
    async changeRow(block, rowId, values) {
      const rows = known[block]!.rows.map((row) => (row.row_id === rowId ? { ...row, values } : row))
      return { version: (await putRows(block, rows)).revision, row_id: rowId, row_version: 1 }
    },
    async deleteRow(block, rowId) {
      const rows = known[block]!.rows.filter((row) => row.row_id !== rowId)
      return { version: (await putRows(block, rows)).revision }
    },
    attach: (place, file) => move('files', place, file),
    detach: (place, file) => move('files/detach', place, file),
  }
}
