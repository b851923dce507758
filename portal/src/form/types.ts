/** The form description as the API gives it (PL-16), and what a person filled in. */
import type { Schemas } from '@/api/client'

export type FormDescription = Schemas['FormDescription']
export type Section = FormDescription['sections'][number]
export type Block = Schemas['Block']
export type FormField = Schemas['FormField']
export type Condition = Schemas['Condition']
export type Option = FormDescription['options'][string][number]
export type Catalogue = Schemas['Catalogue']
export type AttachedFile = Schemas['AttachedFile']
export type Values = Record<string, unknown>
export type Files = Record<string, AttachedFile[]>

export interface RowContent {
  row_id: string
  version: number
  values: Values
  files: Files
}

export interface BlockContent {
  version: number
  values: Values
  files: Files
  rows: RowContent[]
}

/** A block, one of its rows, one field or slot of either. */
export interface Place {
  block: string
  row_id?: string | null
  field?: string | null
}

/** What a reviewer says about a place (指出问题). */
export interface Remark extends Place {
  text: string
}

/** A file where it stands in the form, with the words of its slot. */
export interface PlacedFile {
  file: AttachedFile
  place: Place
  label: string
}

/** A block's content with nothing left out; the API leaves out what is empty. */
export function contentOf(raw: Schemas['BlockContent'] | null | undefined): BlockContent {
  return {
    version: raw?.version ?? 0,
    values: raw?.values ?? {},
    files: (raw?.files ?? {}) as Files,
    rows: (raw?.rows ?? []).map((row) => ({
      row_id: row.row_id,
      version: row.version,
      values: row.values ?? {},
      files: (row.files ?? {}) as Files,
    })),
  }
}

/** Whether two places are the same. */
export function isAt(one: Place, other: Place): boolean {
  return (
    one.block === other.block &&
    (one.row_id ?? null) === (other.row_id ?? null) &&
    (one.field ?? null) === (other.field ?? null)
  )
}

/** The saved blocks of an expert's profile: of a list the rows beside their values. */
export function contentsOf(blocks: readonly Schemas['SavedBlock'][]): Record<string, BlockContent> {
  return Object.fromEntries(
    blocks.map(({ block, revision, content, files, rows }) => [
      block,
      {
        version: revision,
        values: Array.isArray(content) ? {} : (content as Values),
        files: (files ?? {}) as Files,
        rows: (rows ?? []).map((row, at) => ({
          row_id: row.row_id,
          version: 1,
          values: (content as Values[])[at] ?? {},
          files: (row.files ?? {}) as Files,
        })),
      },
    ]),
  )
}
