/** What the judge reads of a material: the submission and its files, with a right to read that is renewed in time. */
import { useQuery } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { answer, api } from '@/api/client'
import { blocksOf, showsBlock, type Around } from '@/form/around'
import { placedFiles } from '@/form/files'
import { contentOf, type BlockContent } from '@/form/types'
import { useForm } from '@/form/useForm'
import { word } from '@/frames/portal'
import { day } from '@/format'

const RENEW_BEFORE_MS = 60_000

/** A place in the list at the left: the data of a block, or one of its files. */
export interface Reading {
  key: string
  label: string
  block: string
  /** Index among all files; none for the block's data. */
  file?: number
}

/** A section of the material with what there is to read in it. */
export interface ReadingGroup {
  id: string
  label: string
  readings: Reading[]
}

export function useSubmission(material: () => string) {
  const grant = useQuery({
    queryKey: computed(() => ['material', material(), 'grant']),
    queryFn: () =>
      answer(api.POST('/materials/{material_id}/grant', { params: { path: { material_id: material() } } })),
    staleTime: Infinity,
    gcTime: 0,
    refetchInterval: (query) =>
      query.state.data ? query.state.data.minutes * 60_000 - RENEW_BEFORE_MS : false,
  })
  const submission = useQuery({
    queryKey: computed(() => ['material', material(), 'submission']),
    queryFn: () =>
      answer(
        api.GET('/submissions/{submission_id}', {
          params: {
            path: { submission_id: grant.data.value!.submission_id },
            header: { 'X-Read-Grant': grant.data.value!.grant },
          },
        }),
      ),
    enabled: () => Boolean(grant.data.value),
    staleTime: Infinity, // it is frozen
    gcTime: 0,
  })
  const {
    form,
    words,
    error: formError,
    retry,
  } = useForm(() => submission.data.value?.receipt.profile_version)

  const blocks = computed<Record<string, BlockContent>>(() =>
    Object.fromEntries(
      Object.entries(submission.data.value?.blocks ?? {}).map(([id, raw]) => [id, contentOf(raw)]),
    ),
  )
  const around = computed<Around | undefined>(
    () =>
      form.value && {
        form: form.value,
        setting: submission.data.value!.receipt.setting as Record<string, unknown>,
        blocks: blocks.value,
        today: day(submission.data.value!.receipt.submitted_at),
      },
  )
  const placed = computed(() => (form.value ? placedFiles(form.value, blocks.value) : []))
  const files = computed(() =>
    placed.value.map(({ file }) => ({
      path: `/files/${file.file_id}/preview`,
      name: file.name,
      grant: grant.data.value?.grant,
    })),
  )
  const groups = computed<ReadingGroup[]>(() => {
    const known = around.value
    if (!known) return []
    return known.form.sections
      .map((section) => ({
        id: section.id,
        label: word(section.label),
        readings: section.blocks
          .filter((block) => blocks.value[block.id] && showsBlock(known, block))
          .flatMap((block): Reading[] => [
            { key: block.id, label: word(block.label), block: block.id },
            ...placed.value.flatMap((one, at) =>
              one.place.block === block.id
                ? [{ key: one.file.file_id, label: one.file.name, block: block.id, file: at }]
                : [],
            ),
          ]),
      }))
      .filter((group) => group.readings.length)
  })
  const blockOf = (id: string) => form.value && blocksOf(form.value).find((block) => block.id === id)
  return {
    blocks,
    around,
    words,
    placed,
    files,
    groups,
    blockOf,
    renew: () => grant.refetch(),
    error: computed(() => grant.error.value ?? submission.error.value ?? formError.value),
    retry: async () => {
      await grant.refetch()
      await Promise.all([submission.refetch(), retry()])
    },
  }
}

/** Which parts of a material were read, remembered in this browser for its reader alone. */
export function useRead(material: () => string) {
  const read = ref(new Set<string>())
  const key = () => `zhiping.read.${material()}`
  watch(material, () => (read.value = new Set(JSON.parse(localStorage.getItem(key()) ?? '[]') as string[])), {
    immediate: true,
  })
  return {
    read,
    mark: (part: string) => {
      if (read.value.has(part)) return
      read.value = new Set([...read.value, part])
      localStorage.setItem(key(), JSON.stringify([...read.value]))
    },
  }
}
