import { QueryObserver } from '@tanstack/vue-query'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { api, answer, openProfile } from './client'
import { isTrying, queryClient } from './queries'

describe('what a page shows', () => {
  openProfile('hebei')
  vi.useFakeTimers()
  afterEach(() => vi.unstubAllGlobals())

  it('is said to be asked for again as soon as the server could not be reached once, also a search', async () => {
    let isBroken = true
    vi.stubGlobal('fetch', () =>
      isBroken
        ? Promise.reject(new TypeError('Failed to fetch'))
        : Promise.resolve(new Response('{}', { headers: { 'Content-Type': 'application/json' } })),
    )
    const list = new QueryObserver(queryClient, {
      queryKey: ['list'],
      queryFn: () => answer(api.POST('/staff/search', { body: {} as never })),
    })
    const stop = list.subscribe(() => undefined)
    expect(isTrying.value).toBe(false)
    await vi.advanceTimersByTimeAsync(100)
    expect(isTrying.value).toBe(true)
    isBroken = false
    await vi.advanceTimersByTimeAsync(1_500)
    expect(isTrying.value).toBe(false)
    expect(list.getCurrentResult().isSuccess).toBe(true)
    stop()
  })
})
