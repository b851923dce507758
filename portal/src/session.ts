/** Who is signed in, as whom they act now, and what the province calls itself: what every page's frame needs. */
import { computed, readonly, ref, shallowRef } from 'vue'
import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router'
import { answer, api, type Schemas } from './api/client'
import { listenLive, stopLive } from './api/live'
import { Problem } from './api/problem'
import { queryClient } from './api/queries'
import { onSessionEnd } from './api/session-end'
import { loadPortal } from './frames/portal'

export type Account = Schemas['AccountView']
export type ActingRole = Schemas['RoleView']

const ACTING_KEPT_UNDER = 'zhiping.acting'
const profile = ref('')
const account = shallowRef<Account | null>(null)
const actingAt = ref(0)
/** Set while the session has ended and the page waits for a sign-in on the spot. */
const waiting = shallowRef<{ done: (renewed: boolean) => void } | null>(null)

export const session = {
  profile: readonly(profile),
  account: computed(() => account.value),
  /** The role, with its organisation or committee, for which pages are shown; changed in the page's head (PL-05). */
  acting: computed<ActingRole | null>(() => account.value?.roles[actingAt.value] ?? null),
  hasEnded: computed(() => waiting.value !== null),
}

const keyOf = (role: ActingRole) => [role.role, role.organization_id, role.committee_id].join('/')

function adopt(found: Account | null): void {
  // Of what one person read the next one at this desk sees nothing.
  if (account.value && account.value.account_id !== found?.account_id) queryClient.clear()
  account.value = found
  const kept = sessionStorage.getItem(ACTING_KEPT_UNDER)
  actingAt.value = Math.max(0, found?.roles.findIndex((role) => keyOf(role) === kept) ?? 0)
  onSessionEnd(found ? askAgain : null)
  if (found) listenLive()
  else stopLive()
}

/** By which way an account signs in (HB-04): persons by their document's number, all others by login name. */
export function doorOf(one: Account | null): 'person' | 'unit' {
  return one?.kind === 'applicant' || one?.kind === 'expert' ? 'person' : 'unit'
}

/** Act in another of the own roles. */
export function actAs(role: ActingRole): void {
  sessionStorage.setItem(ACTING_KEPT_UNDER, keyOf(role))
  actingAt.value = account.value?.roles.findIndex((one) => keyOf(one) === keyOf(role)) ?? 0
}

function askAgain(): Promise<boolean> {
  return new Promise((resolve) => {
    waiting.value = {
      done: (renewed) => {
        waiting.value = null
        resolve(renewed)
      },
    }
  })
}

/** Open a session. Throws Problem. */
export async function signIn(form: Schemas['SignIn']): Promise<void> {
  const opened = await answer(api.POST('/sessions', { body: form }))
  const before = account.value
  adopt(opened.account)
  // Another person at this desk must not go on in the first one's pages.
  if (waiting.value && before?.account_id !== opened.account.account_id)
    window.location.assign(`/${profile.value}/`)
  waiting.value?.done(true)
}

/** Give up the ended session: the page's requests fail and the person is led to the sign-in page. */
export function giveUpSession(): void {
  const handler = waiting.value
  adopt(null)
  handler?.done(false)
}

/** End the session, here and on the server. */
export async function signOut(): Promise<void> {
  onSessionEnd(null)
  try {
    await answer(api.DELETE('/me/sessions/current'))
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error
  }
  adopt(null)
}

/** Read the own account again, after roles or contacts changed. */
export async function refreshAccount(): Promise<void> {
  adopt(await answer(api.GET('/me')))
}

/** Who has no session is nobody; any other refusal stands. */
function nobody(error: unknown): null {
  if (error instanceof Problem && error.status === 401) return null
  throw error
}

/** Whether the page may be entered: who is not signed in goes to the sign-in page, and comes back from there. */
export async function enter(to: RouteLocationNormalized): Promise<boolean | RouteLocationRaw> {
  const wanted = to.params.profile as string
  if (profile.value !== wanted) {
    profile.value = wanted
    queryClient.clear() // what was fetched belongs to another province
    onSessionEnd(null)
    try {
      const [found] = await Promise.all([answer(api.GET('/me')).catch(nobody), loadPortal()])
      adopt(found)
    } catch (error) {
      profile.value = ''
      throw error
    }
  }
  if (!to.meta.roles) return true
  if (!account.value) return { name: 'login', params: { profile: wanted }, query: { next: to.fullPath } }
  if (!to.meta.roles.length) return true
  const own = account.value.roles.find((role) => to.meta.roles!.includes(role.role))
  if (!own) return { name: 'nowhere', params: { profile: wanted, rest: to.path.split('/').slice(2) } }
  if (!to.meta.roles.includes(session.acting.value!.role)) actAs(own)
  return true
}
