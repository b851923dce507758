import { afterEach, describe, expect, it, vi } from 'vitest'
import { api, ifMatch, openProfile } from './client'
import { isUnsure } from './problem'

type Send = (request: Request) => Promise<Response>
const KEY = 'Idempotency-Key'
const done = () => Promise.resolve(new Response('{}', { headers: { 'Content-Type': 'application/json' } }))
const broken = () => Promise.reject(new TypeError('Failed to fetch'))

/** Answers in this order, then the last one again; gives the keys under which commands were sent. */
function network(...answers: Send[]): string[] {
  const keys: string[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    keys.push(request.headers.get(KEY)!)
    return answers[Math.min(keys.length, answers.length) - 1]!(request)
  })
  return keys
}

const withdraw = (version: number) =>
  api.POST('/declarations/{declaration_id}/withdraw', {
    params: { path: { declaration_id: '1' }, header: ifMatch(version) },
  })

describe('a command', () => {
  openProfile('hebei')
  vi.useFakeTimers()
  afterEach(() => vi.unstubAllGlobals())

  async function tryAll(): Promise<unknown> {
    const failed = withdraw(1).catch((error: unknown) => error)
    await vi.runAllTimersAsync()
    return failed
  }

  it('that got no answer goes under the same key when it is sent again, by the page or by the person', async () => {
    const keys = network(broken, broken, broken, broken, done)
    expect(isUnsure(await tryAll())).toBe(true)
    await withdraw(1)
    expect(keys).toHaveLength(5)
    expect(new Set(keys).size).toBe(1)
    await withdraw(1)
    expect(new Set(keys).size).toBe(2)
  })

  it('is done anew where another one at its address was answered since', async () => {
    const keys = network(broken, broken, broken, broken, done)
    await tryAll()
    await withdraw(2)
    await withdraw(1)
    expect(new Set(keys).size).toBe(3)
  })

  it('pressed twice is one, and of another version another', async () => {
    const keys = network(done)
    await Promise.all([withdraw(2), withdraw(2), withdraw(3)])
    expect(new Set(keys).size).toBe(2)
  })
})
