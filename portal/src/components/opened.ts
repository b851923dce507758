/** A file fetched to be shown: its content, or why there is none; what cannot be shown can be downloaded. */
import { computed, nextTick, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { load } from '@/api/client'
import { Problem, Unreachable } from '@/api/problem'
import { t } from '@/i18n'
import type { PageSize, Pdf } from './pdf'

export interface ViewedFile {
  /** Where it is below the province's API, as `/files/{id}/preview`. */
  path: string
  name: string
  /** The right to read, given with a case or material. */
  grant?: string
}

type Content =
  | { kind: 'pdf'; pdf: Pdf; size: PageSize }
  | { kind: 'image'; url: string; size: PageSize }
  | { kind: 'other' }

const SLOW_MS = 3000
const LOOK_MS = 1000
/** From here on it is worth saying how much has come. */
export const LARGE = 500_000
const NOT_READY = 'documents.preview_not_ready'
const NOT_SHOWN = 'documents.preview_failed'

const rightTo = (file: ViewedFile): Record<string, string> =>
  file.grant ? { 'X-Read-Grant': file.grant } : {}

async function read(blob: Blob): Promise<Content> {
  if (blob.type === 'application/pdf') {
    const { openPdf } = await import('./pdf')
    const pdf = await openPdf(await blob.arrayBuffer())
    return { kind: 'pdf', pdf, size: await pdf.sizeOf(1) }
  }
  if (!blob.type.startsWith('image/')) return { kind: 'other' }
  const url = URL.createObjectURL(blob)
  const image = new Image()
  image.src = url
  try {
    await image.decode()
  } catch (error) {
    URL.revokeObjectURL(url)
    throw error
  }
  return { kind: 'image', url, size: { width: image.naturalWidth, height: image.naturalHeight } }
}

/** Open the file, and each that follows it; `renew` is asked once for a new right to read, `shown` is told what was seen. */
export function useOpened(
  file: Readonly<Ref<ViewedFile | undefined>>,
  { renew, shown }: { renew: () => Promise<unknown> | undefined; shown: (file: ViewedFile) => void },
) {
  const content = shallowRef<Content>()
  const failure = shallowRef<unknown>()
  const received = ref<{ done: number; total: number }>()
  const isSlow = ref(false)
  const isPreparing = ref(false)
  let running: AbortController | undefined

  function release(): void {
    if (content.value?.kind === 'pdf') content.value.pdf.close()
    if (content.value?.kind === 'image') URL.revokeObjectURL(content.value.url)
    content.value = undefined
  }

  /** Its bytes; of a Word file that came just now the PDF is waited for. */
  async function fetched(wanted: ViewedFile, signal: AbortSignal): Promise<Blob> {
    for (;;) {
      try {
        return await load(wanted.path, {
          headers: rightTo(wanted),
          signal,
          onProgress: (done, total) => (received.value = { done, total }),
        })
      } catch (error) {
        if (signal.aborted || !(error instanceof Problem) || error.code !== NOT_READY) throw error
        isPreparing.value = true
        await new Promise((done) => setTimeout(done, LOOK_MS))
        signal.throwIfAborted()
      }
    }
  }

  async function open(mayRenew = true): Promise<void> {
    running?.abort()
    const own = (running = new AbortController())
    release()
    failure.value = undefined
    received.value = undefined
    isSlow.value = isPreparing.value = false
    const wanted = file.value
    if (!wanted) return
    const slow = setTimeout(() => (isSlow.value = true), SLOW_MS)
    try {
      const found = await read(await fetched(wanted, own.signal))
      if (own.signal.aborted) {
        if (found.kind === 'pdf') found.pdf.close()
        return
      }
      content.value = found
      if (found.kind === 'image') shown(wanted)
    } catch (error) {
      if (own.signal.aborted) return
      if (mayRenew && error instanceof Problem && [403, 404].includes(error.status)) {
        const before = wanted.grant
        await renew()
        await nextTick()
        if (own.signal.aborted) return
        if (file.value?.grant !== before) return await open(false)
      }
      failure.value = error
    } finally {
      clearTimeout(slow)
    }
  }

  const isNotShown = computed(() => failure.value instanceof Problem && failure.value.code === NOT_SHOWN)
  const said = computed(() => {
    const error = failure.value
    if (isNotShown.value) return t('viewer.notConverted')
    if (error instanceof Problem && error.status === 404) return t('viewer.gone')
    if (error instanceof Problem || error instanceof Unreachable) return undefined
    const isLocked = error instanceof Error && error.name === 'PasswordException'
    return t(isLocked ? 'viewer.locked' : 'viewer.broken')
  })

  /** Save the file as it was uploaded; the right to read travels in a header, so that a link does not do. */
  async function download(): Promise<void> {
    const wanted = file.value!
    try {
      const blob = await load(wanted.path.replace(/\/preview$/, '/content'), { headers: rightTo(wanted) })
      const link = document.createElement('a')
      link.href = URL.createObjectURL(blob)
      link.download = wanted.name
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 0)
      shown(wanted)
    } catch (error) {
      failure.value = error
    }
  }

  watch(
    () => file.value?.path,
    () => void open(),
    { immediate: true },
  )
  onScopeDispose(() => {
    running?.abort()
    release()
  })
  return { content, failure, received, isSlow, isPreparing, isNotShown, said, open, download }
}
