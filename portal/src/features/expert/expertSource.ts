/** An expert's own profile as a form: blocks are saved whole over the revision that was read, also lists (HB-117). */
import { answer, api, type Schemas } from '@/api/client'
import type { FormSource, Stored } from '@/form/source'
import type { BlockContent, RowContent, Values } from '@/form/types'

export type ExpertProfile = Schemas['ExpertProfile']

interface Known {
  revision: number
  rows: RowContent[]
}

/** `changed` is told what the server said of each save. */
export function expertSource(account: string, changed: () => void): FormSource {
  const known: Record<string, Known> = {}

  /** Rows have no ids of their own: those that read the same keep the one that this page gave them. */
  function rowsOf(contents: Values[], before: RowContent[]): RowContent[] {
    const left = [...before]
    return contents.map((values) => {
      const text = JSON.stringify(values)
      const at = left.findIndex((row) => JSON.stringify(row.values) === text)
      return at >= 0 ? left.splice(at, 1)[0]! : { row_id: crypto.randomUUID(), version: 1, values, files: {} }
    })
  }

  async function put(block: string, content: Values | Values[], revision: number): Promise<number> {
    const saved = await answer(
      api.PUT('/me/expert-profile/blocks/{block}', {
        params: { path: { block } },
        body: { revision, content: content as never },
      }),
    )
    changed()
    return saved.revision
  }

  async function putRows(block: string, rows: RowContent[], revision: number): Promise<number> {
    const now = await put(
      block,
      rows.map((row) => row.values),
      revision,
    )
    known[block] = { revision: now, rows }
    return now
  }

  const files = (): Promise<Stored> => Promise.reject(new Error('an expert’s profile has no files'))

  return {
    key: `expert/${account}`,
    async load(block): Promise<BlockContent> {
      const profile = await answer(api.GET('/me/expert-profile'))
      const saved = profile.blocks.find((one) => one.block === block)
      const content = saved?.content ?? {}
      const rows = Array.isArray(content) ? rowsOf(content as Values[], known[block]?.rows ?? []) : []
      known[block] = { revision: saved?.revision ?? 0, rows }
      return {
        version: known[block].revision,
        values: Array.isArray(content) ? {} : (content as Values),
        files: {},
        rows,
      }
    },
    async save(block, values, version) {
      return { version: await put(block, values, version) }
    },
    async addRow(block, values) {
      const row = { row_id: crypto.randomUUID(), version: 1, values, files: {} }
      const { rows, revision } = known[block]!
      return { version: await putRows(block, [...rows, row], revision), row_id: row.row_id, row_version: 1 }
    },
    async changeRow(block, rowId, values) {
      const { rows, revision } = known[block]!
      const next = rows.map((row) => (row.row_id === rowId ? { ...row, values } : row))
      return { version: await putRows(block, next, revision), row_id: rowId, row_version: 1 }
    },
    async deleteRow(block, rowId) {
      const { rows, revision } = known[block]!
      return {
        version: await putRows(
          block,
          rows.filter((row) => row.row_id !== rowId),
          revision,
        ),
      }
    },
    attach: files,
    detach: files,
  }
}
