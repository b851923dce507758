/** The files of a form in its order. */
import { word } from '@/frames/portal'
import { blocksOf } from './around'
import { inOrder } from './rows'
import type { BlockContent, Files, FormDescription, Place, PlacedFile } from './types'

/** Every file with its place and the words of its slot, for the viewer's 上一份 and 下一份. */
export function placedFiles(
  form: FormDescription,
  blocks: Readonly<Record<string, BlockContent | undefined>>,
): PlacedFile[] {
  return blocksOf(form).flatMap((block) => {
    const slots = block.fields.filter((field) => field.type === 'files')
    const at = (files: Files, place: Place) =>
      slots.flatMap((slot) =>
        (files[slot.id] ?? []).map((file) => ({
          file,
          place: { ...place, field: slot.id },
          label: word(slot.label),
        })),
      )
    const content = blocks[block.id]
    if (!content) return []
    return [
      ...at(content.files, { block: block.id }),
      ...inOrder(block, content.rows).flatMap((row) =>
        at(row.files, { block: block.id, row_id: row.row_id }),
      ),
    ]
  })
}
