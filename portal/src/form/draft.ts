/**
 * One block while it is filled in. What is typed is saved 0.8 s after typing stops and when a field is left; one wrong
 * field does not keep the others from being saved. Offline it is held and saved on return. What another window saved
 * meanwhile is merged; where both changed the same item, the person chooses (PL-12).
 */
import { reactive, shallowReactive } from 'vue'
import { isUnsure, Problem } from '@/api/problem'
import type { SaveState } from '@/components/AppSaveState.vue'
import { AGAIN_MS, PAUSE_MS, typedOver } from '@/components/saving'
import type { Around } from './around'
import { forget, keep, kept } from './kept'
import type { FormSource, Stored } from './source'
import type { AttachedFile, Block, BlockContent, Files, Place, RowContent, Values } from './types'
import { isSame, readAll, stored } from './values'

/** As it is stored: a blank at the end of a text is none. */
const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() : value)

/** The same item changed here and in another window. */
export interface Conflict {
  theirs: BlockContent
  fields: string[]
}

/** What was held while the network was cut or the service away, and is saved now. */
export interface Returned {
  n: number
  from: 'offline' | 'away'
}

export class BlockDraft {
  readonly block: Block
  /** What is typed, by field. */
  readonly typed: Values = reactive({})
  /** What is wrong, by field. */
  readonly faults: Record<string, string> = reactive({})
  readonly state: SaveState & { conflict: Conflict | null; isLocked: boolean; returned?: Returned } =
    shallowReactive({
      is: 'clean',
      conflict: null,
      isLocked: false,
    })
  /** As the server has it. */
  readonly base: BlockContent = reactive({ version: 0, values: {}, files: {}, rows: [] })

  private readonly source: FormSource
  private readonly around: () => Around
  private queue: Promise<unknown> = Promise.resolve()
  private timer: ReturnType<typeof setTimeout> | undefined
  private waitedFor: Returned | undefined
  /** The field in which somebody is typing: nothing is put right under the hand. */
  private under: string | undefined

  constructor(source: FormSource, block: Block, around: () => Around) {
    this.source = source
    this.block = block
    this.around = around
  }

  private get key(): string {
    return `${this.source.key}/${this.block.id}`
  }

  /** Take in what the server has; fields that were changed here keep what is typed. */
  adopt(content: BlockContent): void {
    if (content.version < this.base.version) return
    const mine = this.changed()
    Object.assign(this.base, structuredClone(content))
    for (const field of this.block.fields) {
      if (mine.includes(field.id) || isSame(trimmed(this.typed[field.id]), content.values[field.id])) continue
      this.typed[field.id] = content.values[field.id]
    }
  }

  /** Load the block; answers how many items were typed before and not stored. */
  async load(): Promise<number> {
    this.adopt(await this.source.load(this.block.id))
    const before = Object.entries(kept(this.key)).filter(
      ([name, value]) => !isSame(this.base.values[name], value),
    )
    for (const [name, value] of before) this.typed[name] = value
    if (before.length) this.soon()
    return before.length
  }

  /** Fields whose typed value is not what the server has. */
  changed(): string[] {
    return this.block.fields
      .filter((field) => field.type !== 'files' && !field.read_only)
      .map((field) => field.id)
      .filter((name) => !isSame(trimmed(this.typed[name]), this.base.values[name]))
  }

  get isDirty(): boolean {
    return this.changed().length > 0
  }

  type(name: string, value: unknown): void {
    this.typed[name] = value
    this.under = name
    delete this.faults[name]
    keep(this.key, this.block, Object.fromEntries(this.changed().map((one) => [one, this.typed[one] ?? ''])))
    if (this.isDirty && !this.state.isLocked) this.state.is = typedOver(this.state).is
    this.soon()
  }

  /** Save after the typing has paused. */
  private soon(ms = PAUSE_MS): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.save(), ms)
  }

  /** A field was left: say what is wrong with it, and save. */
  leave(name: string): void {
    if (this.under === name) this.under = undefined
    const { faults } = readAll(this.block, this.typed, this.around())
    if (faults[name]) this.faults[name] = faults[name]
    else delete this.faults[name]
    if (this.isDirty) this.soon(0)
  }

  /** Save now; answers whether everything that is typed is stored. */
  save(): Promise<boolean> {
    clearTimeout(this.timer)
    return this.inTurn(() => this.store())
  }

  /** One thing after another: each change counts the block's version. */
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.queue.then(act)
    this.queue = done.catch(() => undefined)
    return done
  }

  private async store(): Promise<boolean> {
    if (this.state.conflict || this.state.isLocked) return !this.isDirty
    if (!this.isDirty) {
      if (this.state.is !== 'clean') this.settle()
      return true
    }
    const { values, faults } = readAll(this.block, this.typed, this.around())
    if (!navigator.onLine) return this.waitForReturn()
    // What is tried again meanwhile is not news: the page goes on saying why it holds the text.
    if (!this.waitedFor) this.state.is = 'saving'
    try {
      await this.put(values, faults)
    } catch (error) {
      await this.onFailure(error)
      return false
    }
    return !this.isDirty
  }

  /** Send what can be stored; wrong fields keep what the server has. */
  private async put(values: Values, faults: Record<string, string>): Promise<void> {
    const sent = { ...values }
    for (const name of Object.keys(faults)) sent[name] = this.base.values[name] ?? null
    const kept = stored(this.block, sent, this.around())
    const names = new Set([...Object.keys(kept), ...Object.keys(this.base.values)])
    if (![...names].every((name) => isSame(kept[name], this.base.values[name]))) {
      let answer: Stored
      try {
        answer = await this.source.save(this.block.id, kept, this.base.version)
      } catch (error) {
        const refused = error instanceof Problem ? this.faultsOf(error) : {}
        if (!Object.keys(refused).some((name) => !(name in faults))) throw error
        return this.put(values, { ...faults, ...refused })
      }
      this.base.version = answer.version
      this.base.values = kept
      for (const field of this.block.fields) {
        if (field.years_between) this.typed[field.id] = kept[field.id]
        else if (!(field.id in kept) && !(field.id in faults) && field.id in values)
          delete this.typed[field.id]
      }
    }
    // What was typed in another notation now reads as it is stored.
    for (const [name, value] of Object.entries(values)) {
      if (name !== this.under && !(name in faults) && isSame(kept[name], value) && this.readsAs(name, value))
        this.typed[name] = value
    }
    for (const [name, text] of Object.entries(faults)) if (name !== this.under) this.faults[name] = text
    this.settle()
  }

  private readsAs(name: string, value: unknown): boolean {
    const { values } = readAll(this.block, this.typed, this.around())
    return isSame(values[name], value)
  }

  private settle(): void {
    if (this.waitedFor) this.state.returned = this.waitedFor
    this.waitedFor = undefined
    this.state.is = 'saved'
    this.state.at = new Date()
    if (this.isDirty) {
      keep(
        this.key,
        this.block,
        Object.fromEntries(this.changed().map((one) => [one, this.typed[one] ?? ''])),
      )
    } else forget(this.key)
  }

  private faultsOf(problem: Problem): Record<string, string> {
    return Object.fromEntries(
      problem.faults
        .map((one) => [one.pointer.replace(/^\/values\//, ''), one.message] as const)
        .filter(([name]) => this.block.fields.some((field) => field.id === name)),
    )
  }

  private async onFailure(error: unknown): Promise<void> {
    if (error instanceof Problem && error.code === 'common.stale_version') return this.merge()
    if (isUnsure(error)) {
      this.waitForReturn()
      return
    }
    if (error instanceof Problem && error.code === 'common.wrong_state') {
      // Nothing to be tried again: the page says what was not stored.
      this.state.isLocked = true
      this.state.is = 'clean'
      return
    }
    this.state.is = 'failed'
    this.state.number = error instanceof Problem ? error.number : ''
  }

  /** The network is cut, or the service away: hold what is typed and save it once it is back. */
  private waitForReturn(): false {
    this.waitedFor = { n: this.changed().length, from: navigator.onLine ? 'away' : 'offline' }
    this.state.is = this.waitedFor.from
    this.state.returned = undefined
    this.soon(AGAIN_MS)
    return false
  }

  /** Another window saved the block: take over its changes; ask where both changed the same item. */
  private async merge(): Promise<void> {
    let theirs: BlockContent
    try {
      theirs = await this.source.load(this.block.id)
    } catch (error) {
      return this.onFailure(error)
    }
    const fields = this.changed().filter(
      (name) =>
        !isSame(theirs.values[name], this.base.values[name]) &&
        !isSame(theirs.values[name], this.typed[name]),
    )
    if (fields.length) {
      this.state.conflict = { theirs, fields }
      this.state.is = 'failed'
      return
    }
    this.adopt(theirs)
    this.soon(0)
  }

  /** What the person chose: the named fields keep this page's text, the others take the other window's. */
  async choose(mine: readonly string[]): Promise<void> {
    const { conflict } = this.state
    if (!conflict) return
    this.state.conflict = null
    for (const name of conflict.fields) {
      if (!mine.includes(name)) this.typed[name] = conflict.theirs.values[name]
    }
    this.adopt(conflict.theirs)
    await this.save()
  }

  // rows and files

  private partOf(place: Place): { files: Files } | undefined {
    return place.row_id ? this.base.rows.find((row) => row.row_id === place.row_id) : this.base
  }

  attach(place: Place, file: AttachedFile): Promise<void> {
    return this.inTurn(async () => {
      const answer = await this.source.attach(place, file)
      this.base.version = answer.version
      const part = this.partOf(place)
      if (!part || part.files[place.field!]?.some((one) => one.file_id === file.file_id)) return
      part.files = { ...part.files, [place.field!]: [...(part.files[place.field!] ?? []), file] }
    })
  }

  detach(place: Place, file: AttachedFile): Promise<void> {
    return this.inTurn(async () => {
      const answer = await this.source.detach(place, file)
      this.base.version = answer.version
      const part = this.partOf(place)
      if (!part) return
      const left = (part.files[place.field!] ?? []).filter((one) => one.file_id !== file.file_id)
      part.files = { ...part.files, [place.field!]: left }
    })
  }

  /** Store a row: a new one without `row`. Answers the row's id. Throws Problem, Unreachable. */
  storeRow(row: RowContent | null, values: Values): Promise<string> {
    return this.inTurn(async () => {
      const answer = row
        ? await this.source.changeRow(this.block.id, row.row_id, values, row.version)
        : await this.source.addRow(this.block.id, values)
      this.base.version = answer.version
      const stored = {
        row_id: answer.row_id!,
        version: answer.row_version ?? 1,
        values,
        files: row?.files ?? {},
      }
      const known = this.base.rows.some((one) => one.row_id === stored.row_id)
      this.base.rows = known
        ? this.base.rows.map((one) => (one.row_id === stored.row_id ? { ...stored, files: one.files } : one))
        : [...this.base.rows, stored]
      return stored.row_id
    })
  }

  /** Remove a row; answers what brings it back. Throws Problem, Unreachable. */
  async removeRow(row: RowContent): Promise<() => Promise<void>> {
    await this.inTurn(async () => {
      const answer = await this.source.deleteRow(this.block.id, row.row_id, row.version)
      this.base.version = answer.version
      this.base.rows = this.base.rows.filter((one) => one.row_id !== row.row_id)
    })
    return async () => {
      const rowId = await this.storeRow(null, row.values)
      for (const [slot, files] of Object.entries(row.files)) {
        for (const file of files)
          await this.attach({ block: this.block.id, row_id: rowId, field: slot }, file)
      }
    }
  }

  /** Look again at what the server has, after another window changed it. */
  async refresh(): Promise<void> {
    await this.inTurn(async () => this.adopt(await this.source.load(this.block.id)))
  }

  /** Give up what is typed and not stored. */
  drop(): void {
    for (const name of this.changed()) this.typed[name] = this.base.values[name]
    forget(this.key)
  }

  /** It can be filled in again: what the lock has kept back is stored. */
  unlock(): void {
    this.state.isLocked = false
    if (this.isDirty) this.soon(0)
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}
