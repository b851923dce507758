/** A form over something that others change too: nobody's words are lost, and nobody is overwritten unasked (PL-12). */
import { computed, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import type { Choice } from './AppConflict.vue'

/** What is stored, and the version of it. */
export interface Stored<V> {
  values: V
  version: number
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** `read` gives what the form shows, `write` puts some of it there; `fetch` asks what is stored now. */
export function useMerge<V extends object>(
  read: () => V,
  write: (values: Partial<V>) => void,
  fetch: () => Promise<Stored<V>>,
) {
  type Name = keyof V & string
  const namesIn = (values: V) => Object.keys(values) as Name[]
  const copy = () => JSON.parse(JSON.stringify(read())) as V
  /** What was stored when the typing began. */
  const base = shallowRef<Stored<V>>({ values: copy(), version: 0 })
  const changed = computed(() => {
    const now = read()
    return namesIn(now).filter((name) => !isSame(now[name], base.value.values[name]))
  })
  /** What is stored now, and the items that were changed both there and here. */
  const conflict = shallowRef<{ theirs: Stored<V>; names: Name[] } | null>(null)

  /** Go on from what is stored now; the items in `mine` stay as typed. */
  function goOnFrom(theirs: Stored<V>, mine: readonly string[]): void {
    write(
      Object.fromEntries(
        Object.entries(theirs.values).filter(([name]) => !mine.includes(name)),
      ) as Partial<V>,
    )
    base.value = theirs
  }

  return {
    conflict,
    /** What is to be chosen, as it is read. */
    choices: (labelOf: (name: Name) => string, textOf: (values: V, name: Name) => string): Choice[] =>
      (conflict.value?.names ?? []).map((name) => ({
        name,
        label: labelOf(name),
        mine: textOf(read(), name),
        theirs: textOf(conflict.value!.theirs.values, name),
      })),
    isChanged: computed(() => changed.value.length > 0),
    /** It came from the server; typed words stay, and saving them then says that somebody else was first. */
    adopt(stored: Stored<V>): void {
      if (!changed.value.length) goOnFrom(stored, [])
      else if (namesIn(stored.values).every((name) => isSame(stored.values[name], base.value.values[name])))
        base.value = stored
    },
    /**
     * Save by `send`. Where somebody else was first, what they alone changed is taken over and it is sent again; where
     * both changed the same item, it is refused as stale, and `conflict` is to be settled by `choose`.
     */
    async save<T>(send: (version: number) => Promise<T>): Promise<T> {
      conflict.value = null
      for (;;) {
        const { version } = base.value
        // What is typed while it is on its way is not saved by it.
        const values = copy()
        try {
          const answer = await send(version)
          base.value = { values, version }
          return answer
        } catch (error) {
          if (!(error instanceof Problem && error.code === 'common.stale_version')) throw error
          const theirs = await fetch()
          if (theirs.version === version) throw error
          const names = changed.value.filter(
            (name) =>
              !isSame(theirs.values[name], base.value.values[name]) &&
              !isSame(theirs.values[name], read()[name]),
          )
          if (names.length) {
            conflict.value = { theirs, names }
            throw error
          }
          goOnFrom(theirs, changed.value)
        }
      }
    },
    /** Of what both changed the items in `mine` stay as typed. Answers whether something is left to be saved. */
    choose(mine: readonly string[]): boolean {
      const { theirs, names } = conflict.value!
      conflict.value = null
      goOnFrom(
        theirs,
        changed.value.filter((name) => !names.includes(name) || mine.includes(name)),
      )
      return changed.value.length > 0
    },
  }
}
