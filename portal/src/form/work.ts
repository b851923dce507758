/** What is open while a form is filled in: drafts of its blocks, files on their way, the last thing to be undone. */
import { computed, reactive, shallowReactive, shallowRef, type InjectionKey, type Ref } from 'vue'
import type { SaveState } from '@/components/AppSaveState.vue'
import { word } from '@/frames/portal'
import { blocksOf, fieldOf, type Around } from './around'
import { BlockDraft } from './draft'
import type { FormSource } from './source'
import type { AttachedFile, Block, BlockContent, FormDescription, Place } from './types'
import { Uploads } from './uploads'
import { valueText, type Words } from './words'

const UNDO_MS = 10_000

export interface FormContext {
  form: FormDescription
  words: Words
  setting: Readonly<Record<string, unknown>>
  today: string
  cutOff?: string
  demanded?: readonly string[]
}

export class FormWork {
  readonly drafts = shallowReactive<Record<string, BlockDraft>>({})
  readonly uploads: Uploads
  readonly undo = shallowRef<{ text: string; act: () => Promise<unknown> } | null>(null)
  /** How many items were typed before and are taken up again. */
  readonly restored = shallowRef(0)
  readonly context: Ref<FormContext | null>
  readonly source: FormSource
  /** Blocks that are being opened: asked twice, opened once, or typed text would be replaced. */
  private readonly opening = new Map<string, Promise<void>>()
  private undoTimer: ReturnType<typeof setTimeout> | undefined

  constructor(source: FormSource, context: Ref<FormContext | null>) {
    this.source = source
    this.context = context
    this.uploads = new Uploads((place, file) => this.attach(place, file))
  }

  /** Contents of the open blocks, for conditions that look at other blocks: what is typed counts. */
  readonly blocks = computed<Record<string, BlockContent>>(() =>
    Object.fromEntries(
      Object.entries(this.drafts).map(([name, draft]) => [
        name,
        { ...draft.base, values: { ...draft.base.values, ...draft.typed } },
      ]),
    ),
  )

  readonly around = computed<Around>(() => ({
    form: this.context.value!.form,
    setting: this.context.value!.setting,
    blocks: this.blocks.value,
    today: this.context.value!.today,
    cutOff: this.context.value!.cutOff,
    demanded: this.context.value!.demanded,
  }))

  readonly state = computed<SaveState>(() => {
    const all = Object.values(this.drafts).map((draft) => draft.state)
    for (const is of ['failed', 'offline', 'away', 'saving'] as const) {
      const found = all.find((state) => state.is === is && !state.conflict)
      if (found) return { is, number: found.number }
    }
    const saved = all.filter((state) => state.is === 'saved' && state.at)
    if (!saved.length) return { is: 'clean' }
    return { is: 'saved', at: new Date(Math.max(...saved.map((state) => state.at!.getTime()))) }
  })

  /** Whether a save was refused because the form is not to be filled in any more. */
  readonly isLocked = computed(() => Object.values(this.drafts).some((draft) => draft.state.isLocked))

  /** What is typed and not stored, in words. */
  readonly unsaved = computed(() =>
    Object.values(this.drafts).flatMap((draft) =>
      draft.changed().map((name) => {
        const field = fieldOf(draft.block, name)!
        return {
          id: `${draft.block.id}.${name}`,
          label: `${word(draft.block.label)} · ${word(field.label)}`,
          text: valueText(draft.block, field, draft.typed, this.context.value!.words),
        }
      }),
    ),
  )

  get isUnsaved(): boolean {
    return this.uploads.isBusy || Object.values(this.drafts).some((draft) => draft.isDirty)
  }

  /** Open blocks, and those on which their conditions look. Throws Problem, Unreachable. */
  async open(names: readonly string[]): Promise<void> {
    const all = blocksOf(this.context.value!.form)
    const wanted = new Set(names)
    for (const name of names) {
      const block = all.find((one) => one.id === name)
      for (const owner of block ? ownersOf(block) : []) wanted.add(owner)
    }
    await Promise.all(
      [...wanted].map((name) => {
        const block = all.find((one) => one.id === name)
        if (!block || block.kind === 'setting') return undefined
        if (this.drafts[name]) return this.drafts[name].refresh()
        const begun = this.opening.get(name) ?? this.begin(block).finally(() => this.opening.delete(name))
        this.opening.set(name, begun)
        return begun
      }),
    )
  }

  private async begin(block: Block): Promise<void> {
    const draft = new BlockDraft(this.source, block, () => this.around.value)
    this.restored.value += await draft.load()
    this.drafts[block.id] = draft
  }

  /** Save all that is typed; answers whether all of it is stored. */
  async saveAll(): Promise<boolean> {
    const done = await Promise.all(Object.values(this.drafts).map((draft) => draft.save()))
    return done.every(Boolean)
  }

  private async attach(place: Place, file: AttachedFile): Promise<void> {
    await this.drafts[place.block]!.attach(place, file)
  }

  /** Take a file out of its slot; it can be brought back for a while. */
  async remove(place: Place, file: AttachedFile, text: string): Promise<void> {
    await this.drafts[place.block]!.detach(place, file)
    this.offerUndo(text, () => this.attach(place, file))
  }

  offerUndo(text: string, act: () => Promise<unknown>): void {
    clearTimeout(this.undoTimer)
    this.undo.value = { text, act }
    this.undoTimer = setTimeout(() => (this.undo.value = null), UNDO_MS)
  }

  async bringBack(): Promise<void> {
    const last = this.undo.value
    this.undo.value = null
    await last?.act()
  }

  /** Give up what is typed and not stored. */
  drop(): void {
    for (const draft of Object.values(this.drafts)) draft.drop()
  }

  /** The form can be filled in again. */
  unlock(): void {
    for (const draft of Object.values(this.drafts)) draft.unlock()
  }

  stop(): void {
    clearTimeout(this.undoTimer)
    this.uploads.stop()
    for (const draft of Object.values(this.drafts)) draft.stop()
  }
}

/** The other blocks at which conditions and comparisons of a block look. */
function ownersOf(block: Block): string[] {
  const found = JSON.stringify(block).matchAll(
    /"(?:field|at_least|at_most)":"([a-z][a-z0-9_]*)\.[a-z0-9_]+"/g,
  )
  return [...new Set([...found].map((match) => match[1]!))].filter(
    (owner) => owner !== 'setting' && owner !== 'batch' && owner !== block.id,
  )
}

export const WORK: InjectionKey<FormWork> = Symbol('work')

/** What is said about places of a block: by the last return, and by the check before submitting. */
export interface Said {
  remarks: readonly { row_id?: string | null; field?: string | null; text: string; is_changed: boolean }[]
  /** Faults of the check by pointer below the block: `field`, `rows/0/field`. */
  missing: Readonly<Record<string, string>>
}

export const nothingSaid: Said = reactive({ remarks: [], missing: {} })
