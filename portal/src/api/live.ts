/**
 * Live updates: the server says "look again at this" and nothing else. One stream for all tabs of this browser (over
 * HTTP/1.1 a seventh would hang): the tab that holds the lock listens and tells the others.
 */
import { useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { onScopeDispose, ref } from 'vue'
import { addressOf } from './client'

export interface LookAgain {
  topic: 'session' | 'declarations' | 'files' | 'jobs' | 'notices' | 'work' | 'meeting' | 'everything'
  /** Of the account, the organisation or the meeting. */
  id?: string
  /** With an organisation's work: whose. */
  role?: string
}

type Listener = (what: LookAgain) => void

const RETRY_MS = 3_000
const listeners = new Set<Listener>()
/** Whether changes by others arrive by themselves at the moment. */
export const isLive = ref(false)

let stop: (() => void) | null = null

function tell(what: LookAgain): void {
  for (const listener of listeners) listener(what)
}

function hear(channel: BroadcastChannel | null, address: string): () => void {
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasLost = false
  const pass = (what: LookAgain) => {
    tell(what)
    channel?.postMessage(what)
  }
  const open = () => {
    source = new EventSource(address)
    source.onopen = () => {
      isLive.value = true
      if (wasLost) pass({ topic: 'everything' }) // what was said meanwhile is not known
      wasLost = false
    }
    source.onmessage = (event) => pass(JSON.parse(event.data as string) as LookAgain)
    source.onerror = () => {
      isLive.value = false
      wasLost = true
      if (source.readyState !== EventSource.CLOSED) return // the browser tries again by itself
      timer = setTimeout(open, RETRY_MS)
    }
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
    isLive.value = false
  }
}

/** Begin to listen for the signed-in person; ends what was listened to before. */
export function listenLive(): void {
  stopLive()
  const address = addressOf('/live')
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`zhiping.live${address}`) : null
  if (channel) channel.onmessage = (event) => tell(event.data as LookAgain)
  const ended = new AbortController()
  let close: (() => void) | null = null
  stop = () => {
    ended.abort()
    close?.()
    channel?.close()
  }
  if (!channel || !navigator.locks) {
    close = hear(channel, address)
    return
  }
  const held = () => new Promise<void>((done) => ended.signal.addEventListener('abort', () => done()))
  navigator.locks
    .request(`zhiping.live${address}`, { signal: ended.signal }, async () => {
      close = hear(channel, address)
      await held()
    })
    .catch(() => undefined) // given up before it was this tab's turn
}

/** Listen no more: nobody is signed in. */
export function stopLive(): void {
  stop?.()
  stop = null
}

/** Call `listener` when somebody else changed something, as long as the page stands. */
export function useLive(listener: Listener): void {
  listeners.add(listener)
  onScopeDispose(() => listeners.delete(listener))
}

/**
 * Ask the queries below these keys again when a topic is named: `useLiveQueries({ meeting: [['meeting', id]] })`.
 * `everything` (after a gap) asks all of them again.
 */
export function useLiveQueries(keys: Partial<Record<LookAgain['topic'], readonly unknown[][]>>): void {
  const client: QueryClient = useQueryClient()
  useLive(({ topic }) => {
    const stale = topic === 'everything' ? Object.values(keys).flat() : (keys[topic] ?? [])
    for (const queryKey of stale) void client.invalidateQueries({ queryKey })
  })
}
