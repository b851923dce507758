/**
 * What the menu shows beside its words: how much waits, why a step is closed, where a page of the chosen meeting is.
 * Features fill it by a component without a face (`FILLERS` in menu.ts), which lives as long as the role is acted in.
 */
import { readonly, ref } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

export interface EntryState {
  /** How much waits for the reader. */
  n?: number
  /** Where the entry leads, if its name is not enough. */
  to?: RouteLocationRaw
  /** Why it cannot be opened yet; the entry stays to be read. */
  closed?: string
  /** Not this reader's. */
  absent?: boolean
}

const states = ref<Record<string, EntryState>>({})
export const menuState = readonly(states)

/** Say what holds of some entries; those of other features stay as they are. */
export function describeEntries(found: Record<string, EntryState>): void {
  states.value = { ...states.value, ...found }
}

/** Forget them all: another role is acted in. */
export function forgetEntries(): void {
  states.value = {}
}
