/**
 * Typed text that is not yet stored, kept for this browser tab: it survives a reload and a new sign-in, and is gone with
 * the tab. Values of sensitive fields are never kept here.
 */
import { session } from '@/session'
import type { Block, Values } from './types'

const PREFIX = 'zhiping.typed'
const nameOf = (key: string) => [PREFIX, session.account.value?.account_id, key].join('/')

export function keep(key: string, block: Block, values: Values): void {
  const plain = Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => !block.fields.some((field) => field.id === name && field.sensitive),
    ),
  )
  try {
    if (Object.keys(plain).length) sessionStorage.setItem(nameOf(key), JSON.stringify(plain))
    else sessionStorage.removeItem(nameOf(key))
  } catch {
    // A full or forbidden store keeps nothing; the page still holds the text.
  }
}

export function kept(key: string): Values {
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(key)) ?? '{}') as Values
  } catch {
    return {}
  }
}

export function forget(key: string): void {
  sessionStorage.removeItem(nameOf(key))
}
