/** The opened functions of the staff frame. They are kept for this browser tab only. */
import { readonly, ref } from 'vue'

interface Tab {
  name: string
  path: string
  title: string
}

const KEPT_UNDER = 'zhiping.tabs'
const MOST = 12

const tabs = ref<Tab[]>(JSON.parse(sessionStorage.getItem(KEPT_UNDER) ?? '[]') as Tab[])
export const openedTabs = readonly(tabs)

const keep = () => sessionStorage.setItem(KEPT_UNDER, JSON.stringify(tabs.value))

/** Open a function's tab, or bring it to where the person is in that function. */
export function rememberTab(name: string, path: string, title: string): void {
  const known = tabs.value.find((tab) => tab.name === name)
  if (known) Object.assign(known, { path, title })
  else tabs.value.push({ name, path, title })
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

/** Forget them all: somebody else signed in, or another role was chosen. */
export function forgetTabs(): void {
  tabs.value = []
  keep()
}
