/** The opened functions of the staff frame. They are kept for this browser tab only. */
import { readonly, ref } from 'vue'
import { currentLocale, type Locale } from '@/i18n'

interface Tab {
  name: string
  path: string
  title: string
  /** Of the title. */
  locale: Locale
}
interface Kept {
  /** Who opened them, and in which role. */
  of: string
  tabs: Tab[]
}

const KEPT_UNDER = 'zhiping.opened'
const MOST = 12

const tabs = ref<Tab[]>([])
export const openedTabs = readonly(tabs)
let owner = ''

const keep = () =>
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify({ of: owner, tabs: tabs.value } satisfies Kept))

/** The tabs of somebody in a role; those of whoever signed in before, or of another role, are forgotten. */
export function openTabsOf(who: string): void {
  const kept = JSON.parse(sessionStorage.getItem(KEPT_UNDER) ?? '{}') as Partial<Kept>
  owner = who
  tabs.value = kept.of === who ? (kept.tabs ?? []) : []
  keep()
}

/** Open a function's tab, or bring it to where the person is in that function. */
export function rememberTab(name: string, path: string, title: string): void {
  const tab = { name, path, title, locale: currentLocale() }
  const known = tabs.value.find((one) => one.name === name)
  if (known) Object.assign(known, tab)
  else tabs.value.push(tab)
  if (tabs.value.length > MOST) tabs.value.shift()
  keep()
}

/** Close a tab; answers where its neighbour is. */
export function closeTab(name: string): string | undefined {
  const at = tabs.value.findIndex((tab) => tab.name === name)
  tabs.value.splice(at, 1)
  keep()
  return tabs.value[Math.max(0, at - 1)]?.path
}
