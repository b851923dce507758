/** What was typed at the sign-in, carried over to the page that replaces a handed-over password; never in an address. */
import { shallowRef } from 'vue'

export interface HandedOver {
  kind: 'person' | 'unit'
  identifier: string
  code: string
  committeeCode?: string
}

export const handedOver = shallowRef<HandedOver | null>(null)
