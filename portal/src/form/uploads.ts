/**
 * Files on their way: sent two at a time with progress, checked by the server, then put into their slot. They go on
 * while pages are changed; where the connection breaks or the service is away, a file waits and is sent again by itself
 * under the same number, so that none comes twice.
 */
import { reactive } from 'vue'
import { addressOf, answer, api, type Schemas } from '@/api/client'
import { Problem, problemOf } from '@/api/problem'
import { renewSession } from '@/api/session-end'
import { currentLocale, t } from '@/i18n'
import { size as sizeText } from '@/format'
import type { AttachedFile, Place } from './types'

type Slot = Schemas['SlotRules']
type Facts = Schemas['FileFacts']

export interface Upload {
  key: string
  place: Place
  name: string
  size: number
  state: 'waiting' | 'sending' | 'checking' | 'held' | 'broken' | 'away' | 'refused'
  /** Share that was sent, 0 to 1. */
  sent: number
  /** Seconds left, where they can be told. */
  left?: number
  error?: string
  /** The file may be made smaller (a photo over the slot's limit). */
  canShrink?: boolean
}

interface Carried {
  file: File
  slot: Slot
  request?: XMLHttpRequest
  facts?: AttachedFile
}

const AT_ONCE = 2
const LOOK_MS = 700
/** After which pauses what was broken off is sent again; the last one repeats. */
const AGAIN_MS = [3_000, 6_000, 12_000, 30_000]
const ENDINGS: Record<string, string[]> = {
  pdf: ['.pdf'],
  jpeg: ['.jpg', '.jpeg'],
  png: ['.png'],
  image: ['.jpg', '.jpeg', '.png', '.gif', '.bmp', '.webp', '.tif', '.tiff', '.heic', '.heif', '.avif'],
  docx: ['.docx'],
  xlsx: ['.xlsx'],
}
const NAMES: Record<string, string> = {
  pdf: 'PDF',
  jpeg: 'JPG',
  png: 'PNG',
  docx: 'Word（.docx）',
  xlsx: 'Excel',
}

/** What a slot takes, in words: PDF、JPG、PNG，每个不超过 10 MB. */
export function slotText(slot: Slot): string {
  const kinds = slot.accept.map((one) => (one === 'image' ? t('form.upload.anyImage') : (NAMES[one] ?? one)))
  return t('form.upload.takes', {
    kinds: kinds.join(t('common.and')),
    size: sizeText(slot.max_kb * 1024),
  })
}

/** For the `accept` of a file input. */
export function acceptOf(slot: Slot): string {
  return slot.accept.flatMap((one) => (one === 'image' ? ['image/*'] : (ENDINGS[one] ?? []))).join(',')
}

const isBrokenOff = (upload: Upload) => upload.state === 'broken' || upload.state === 'away'
const isImage = (name: string) => ENDINGS.image!.some((ending) => name.toLowerCase().endsWith(ending))

export class Uploads {
  readonly list: Upload[] = reactive([])
  private readonly carried = new Map<string, Carried>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private readonly attach: (place: Place, file: AttachedFile) => Promise<void>

  constructor(attach: (place: Place, file: AttachedFile) => Promise<void>) {
    this.attach = attach
    window.addEventListener('online', this.goOn)
  }

  /** Files that the person would lose by leaving; those of a row that is not stored yet are among them. */
  get isBusy(): boolean {
    return this.list.some((one) => one.state !== 'refused')
  }

  /** Take files for a slot that holds `held` already; what does not fit is told at its row. */
  add(place: Place, files: readonly File[], slot: Slot, held: number): void {
    let room = slot.max_files - held - this.at(place).filter((one) => one.state !== 'refused').length
    for (const file of files) {
      const key = crypto.randomUUID()
      const upload: Upload = {
        key,
        place: { ...place },
        name: file.name,
        size: file.size,
        state: 'waiting',
        sent: 0,
      }
      this.carried.set(key, { file, slot })
      const wrong =
        this.faultOf(file, slot) || (room <= 0 ? t('form.upload.full', { n: slot.max_files }) : '')
      if (wrong) {
        upload.state = 'refused'
        upload.error = wrong
        upload.canShrink = room > 0 && file.size > slot.max_kb * 1024 && isImage(file.name)
      } else room -= 1
      this.list.push(upload)
    }
    this.start()
  }

  private faultOf(file: File, slot: Slot): string {
    const endings = slot.accept.flatMap((one) => ENDINGS[one] ?? [])
    if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending)))
      return t('form.upload.wrongKind', { name: file.name, takes: slotText(slot) })
    if (!file.size) return t('form.upload.empty', { name: file.name })
    if (file.size > slot.max_kb * 1024)
      return t('form.upload.tooLarge', { size: sizeText(file.size), most: sizeText(slot.max_kb * 1024) })
    return ''
  }

  at(place: Place): Upload[] {
    return this.list.filter(
      (one) =>
        one.place.block === place.block &&
        one.place.field === place.field &&
        (one.place.row_id ?? null) === (place.row_id ?? null),
    )
  }

  cancel(upload: Upload): void {
    this.carried.get(upload.key)?.request?.abort()
    this.drop(upload.key)
    this.start()
  }

  private drop(key: string): void {
    this.carried.delete(key)
    const at = this.list.findIndex((one) => one.key === key)
    if (at >= 0) this.list.splice(at, 1)
  }

  /** Send again what was broken off, and go on with all others. */
  retry(upload: Upload): void {
    upload.state = 'waiting'
    upload.error = undefined
    this.goOn()
  }

  private readonly goOn = (): void => {
    clearTimeout(this.timer)
    if (!navigator.onLine) return
    for (const upload of this.list) if (isBrokenOff(upload)) upload.state = 'waiting'
    this.start()
  }

  private goOnLater(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(this.goOn, AGAIN_MS[Math.min(this.failures, AGAIN_MS.length - 1)])
    this.failures += 1
  }

  /** Make a photo small enough for its slot and send it. */
  async shrink(upload: Upload): Promise<void> {
    const carried = this.carried.get(upload.key)
    if (!carried) return
    const smaller = await shrunk(carried.file, carried.slot.max_kb * 1024)
    if (!smaller) {
      upload.canShrink = false
      upload.error = t('form.upload.notShrunk')
      return
    }
    carried.file = smaller
    Object.assign(upload, { name: smaller.name, size: smaller.size, canShrink: false })
    this.retry(upload)
  }

  private start(): void {
    // While the server is not reached, the others would only fail one after another.
    if (this.list.some(isBrokenOff)) return
    const running = this.list.filter((one) => one.state === 'sending').length
    for (const upload of this.list
      .filter((one) => one.state === 'waiting')
      .slice(0, Math.max(0, AT_ONCE - running)))
      void this.run(upload)
  }

  private async run(upload: Upload): Promise<void> {
    const carried = this.carried.get(upload.key)!
    upload.state = 'sending'
    upload.sent = 0
    try {
      // What was checked already and only did not come into its slot is not sent again.
      carried.facts ??= await this.verdict(upload, await this.send(upload, carried))
      if (!this.carried.has(upload.key)) return
      await this.place(upload)
    } catch (error) {
      if (this.carried.has(upload.key)) this.fail(upload, error)
    } finally {
      this.start()
    }
  }

  /** Put a checked file into its slot; one of a row that is not stored yet waits for it. */
  private async place(upload: Upload): Promise<void> {
    const facts = this.carried.get(upload.key)?.facts
    if (!facts) return
    if (upload.place.row_id === NEW_ROW) {
      upload.state = 'held'
      return
    }
    upload.state = 'checking'
    try {
      await this.attach(upload.place, facts)
      this.failures = 0
      this.drop(upload.key)
    } catch (error) {
      this.fail(upload, error)
    }
  }

  private fail(upload: Upload, error: unknown): void {
    if (error instanceof Problem && !error.isPassing) {
      upload.state = 'refused'
      upload.error = error.faults[0]?.message || error.message
    } else {
      upload.state = error instanceof Problem ? 'away' : 'broken'
      this.goOnLater()
    }
  }

  /** The new row was stored: its files go into its slots. */
  async settleRow(block: string, rowId: string): Promise<void> {
    for (const upload of this.list.filter(
      (one) => one.place.block === block && one.place.row_id === NEW_ROW,
    )) {
      upload.place.row_id = rowId
      if (upload.state === 'held') await this.place(upload)
    }
  }

  /** The new row was given up. */
  dropRow(block: string): void {
    for (const upload of this.list.filter((one) => one.place.block === block && one.place.row_id === NEW_ROW))
      this.cancel(upload)
  }

  private async send(upload: Upload, carried: Carried): Promise<Facts> {
    for (;;) {
      const response = await this.post(upload, carried)
      if (response.status === 401 && (await renewSession())) continue
      if (!response.ok) throw await problemOf(response)
      return (await response.json()) as Facts
    }
  }

  private post(upload: Upload, carried: Carried): Promise<Response> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      carried.request = request
      const began = Date.now()
      request.upload.onprogress = ({ loaded, total }) => {
        upload.sent = total ? loaded / total : 0
        const rate = loaded / Math.max(1, Date.now() - began)
        upload.left = loaded > 100_000 ? Math.ceil((total - loaded) / rate / 1000) : undefined
      }
      request.upload.onload = () => (upload.state = 'checking')
      request.onload = () => resolve(new Response(request.responseText, { status: request.status }))
      request.onerror = () => reject(new Error('broken'))
      request.onabort = () => reject(new Error('cancelled'))
      request.open('POST', addressOf('/files?wait=10'))
      request.setRequestHeader('Accept-Language', currentLocale())
      request.setRequestHeader('Idempotency-Key', upload.key)
      const form = new FormData()
      form.append('purpose', 'attachment')
      form.append('file', carried.file, upload.name)
      request.send(form)
    })
  }

  private async verdict(upload: Upload, first: Facts): Promise<AttachedFile> {
    let facts = first
    while (facts.verdict === 'uploading' || facts.verdict === 'checking') {
      upload.state = 'checking'
      await new Promise((done) => setTimeout(done, LOOK_MS))
      facts = await answer(api.GET('/files/{file_id}', { params: { path: { file_id: first.file_id } } }))
    }
    if (facts.verdict === 'refused')
      throw new Problem(422, { code: facts.refused_because ?? '', title: t('form.upload.refused') })
    return {
      file_id: facts.file_id,
      name: facts.name,
      kind: facts.kind ?? '',
      size: facts.size,
      sha256: facts.sha256 ?? '',
    }
  }

  stop(): void {
    window.removeEventListener('online', this.goOn)
    clearTimeout(this.timer)
    for (const { request } of this.carried.values()) request?.abort()
    this.carried.clear()
    this.list.splice(0)
  }
}

/** The row of an open dialog that is not stored yet. */
export const NEW_ROW = 'new'

/** A picture as JPEG of at most so many bytes, first of lower quality, then of fewer pixels; null where it cannot be. */
async function shrunk(file: File, most: number): Promise<File | null> {
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file)
  } catch {
    return null
  }
  const canvas = document.createElement('canvas')
  for (const scale of [1, 0.75, 0.5, 0.35, 0.25]) {
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
    for (const quality of [0.9, 0.75, 0.6]) {
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))
      if (blob && blob.size <= most)
        return new File([blob], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg' })
    }
  }
  return null
}
