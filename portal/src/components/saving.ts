/** Saving by itself what is typed: when, and what is said where it did not arrive. */
import { isUnsure, Problem } from '@/api/problem'
import type { SaveState } from './AppSaveState.vue'

/** After the last key. */
export const PAUSE_MS = 800
/** While the network is cut or the service away. */
export const AGAIN_MS = 5_000

/** Typed, and not kept yet: what was said of an earlier save holds no longer; what is wrong stays said. */
export const typedOver = (state: SaveState): SaveState =>
  state.is === 'clean' || state.is === 'saved' ? { is: 'saving' } : state

/** What is typed would be lost with the page: it could not be sent, and is held by the page alone. */
export const isHeld = (state: SaveState): boolean => state.is === 'offline' || state.is === 'away'

/** Why a save did not arrive. */
export function unsaved(error: unknown): SaveState {
  if (isUnsure(error)) return { is: navigator.onLine ? 'away' : 'offline' }
  return { is: 'failed', number: error instanceof Problem ? error.number : '' }
}
