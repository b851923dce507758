/** The files of a case beside its data: one is open or none, and the focus goes back to where it was opened. */
import { computed, nextTick, ref, type Ref } from 'vue'
import type { ViewedFile } from '@/components/AppViewer.vue'
import type { Around } from '@/form/around'
import { placedFiles } from '@/form/files'
import { isAt, type AttachedFile, type BlockContent, type Place } from '@/form/types'

interface Viewer {
  focus: () => void
}

export function useFiles(
  around: Readonly<Ref<Around | undefined>>,
  blocks: Readonly<Ref<Record<string, BlockContent>>>,
  grant: () => string | undefined,
  viewer: Readonly<Ref<Viewer | null>>,
) {
  const placed = computed(() => (around.value ? placedFiles(around.value.form, blocks.value) : []))
  const files = computed<ViewedFile[]>(() =>
    placed.value.map(({ file, label }) => ({
      path: `/files/${file.file_id}/preview`,
      name: `${label} ${file.name}`,
      grant: grant(),
    })),
  )
  const fileAt = ref(-1)
  let opener: HTMLElement | null = null

  async function show(at: number): Promise<void> {
    if (at < 0 || at >= placed.value.length) return
    if (fileAt.value < 0) opener = document.activeElement as HTMLElement | null
    fileAt.value = at
    await nextTick()
    viewer.value?.focus()
  }
  function open(file: AttachedFile, place: Place): Promise<void> {
    const exact = placed.value.findIndex((one) => one.file.file_id === file.file_id && isAt(one.place, place))
    return show(exact >= 0 ? exact : placed.value.findIndex((one) => one.file.file_id === file.file_id))
  }
  function close(): void {
    fileAt.value = -1
    opener?.focus()
  }
  /** The file after or before the open one; without an open one the first. */
  const turn = (step: 1 | -1) => show(fileAt.value < 0 ? 0 : fileAt.value + step)

  return { placed, files, fileAt, open, close, turn }
}
