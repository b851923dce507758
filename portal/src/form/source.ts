/** Where a form is loaded from and saved to: a declaration, or an expert's profile. */
import type { AttachedFile, BlockContent, Place, Values } from './types'

/** Where the changed block, and the changed row, stand now. */
export interface Stored {
  version: number
  row_id?: string | null
  row_version?: number | null
}

/** All of it throws Problem and Unreachable. A stale version is the problem `common.stale_version`. */
export interface FormSource {
  /** Under what typed text is kept in this tab. */
  key: string
  load(block: string): Promise<BlockContent>
  save(block: string, values: Values, version: number): Promise<Stored>
  addRow(block: string, values: Values): Promise<Stored>
  changeRow(block: string, rowId: string, values: Values, version: number): Promise<Stored>
  deleteRow(block: string, rowId: string, version: number): Promise<Stored>
  attach(place: Place, file: AttachedFile): Promise<Stored>
  detach(place: Place, file: AttachedFile): Promise<Stored>
}
