/** Filters, tab and page of a list in the page's address, so that it can be opened again; never a person's name. */
import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export function useAddress() {
  const route = useRoute()
  const router = useRouter()
  // Several are set in one go (page 1 of another tab): the next one builds on what is not yet in the address.
  let pending: Record<string, unknown> | null = null

  function set(name: string, value: string | undefined): void {
    const first = pending === null
    pending = { ...(pending ?? route.query), [name]: value }
    if (!first) return
    queueMicrotask(() => {
      const query = pending as Record<string, string | undefined>
      pending = null
      void router.replace({ query, hash: route.hash })
    })
  }
  const read = (name: string) => {
    const value = route.query[name]
    return typeof value === 'string' ? value : undefined
  }

  return {
    word: <Word extends string>(name: string, words: readonly Word[]): WritableComputedRef<Word> =>
      computed({
        get: () => words.find((one) => one === read(name)) ?? words[0]!,
        set: (value) => set(name, value === words[0] ? undefined : value),
      }),
    number: (name: string, standard: number): WritableComputedRef<number> =>
      computed({
        get: () => Math.max(1, Number.parseInt(read(name) ?? '', 10) || standard),
        set: (value) => set(name, value === standard ? undefined : String(value)),
      }),
    text: (name: string): WritableComputedRef<string> =>
      computed({ get: () => read(name) ?? '', set: (value) => set(name, value || undefined) }),
  }
}
