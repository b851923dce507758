/**
 * The one way to the API. Refusals are thrown as `Problem`, a broken connection as `Unreachable`; a command carries an
 * `Idempotency-Key`, so that it is sent again, by the page or by the person, without being done twice.
 */
import createClient, { type Middleware } from 'openapi-fetch'
import { currentLocale } from '@/i18n'
import { problemOf, Unreachable } from './problem'
import type { components, paths } from './schema'
import { renewSession } from './session-end'

export type Schemas = components['schemas']

const SAFE = ['GET', 'HEAD']
/** What is asked with a body changes nothing, either; who asks sees to asking again. */
const ASKED = /\/(search|counts|find|preview)$/
const KEY = 'Idempotency-Key'
const PAUSES_MS = [400, 1200, 3000]
/** A command that was tried so long is given back: the person is told, and what keeps trying is the page. */
const PATIENCE_MS = 8_000
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

interface Command {
  content: string
  key: string
}
/**
 * The last command at an address, while it has no answer. The same one, pressed twice or again after a broken
 * connection, goes under the same key: what was done the first time is answered, not done anew.
 */
const unanswered = new Map<string, Command>()

/** What a command says, whole; none of a file's bytes, which are never the same command. */
async function contentOf(request: Request): Promise<string | undefined> {
  const type = request.headers.get('Content-Type') ?? 'json'
  if (!type.includes('json')) return undefined
  return [request.headers.get('If-Match'), await request.clone().text()].join('\n')
}

async function send(request: Request): Promise<Response> {
  if (!isCommand(request) || request.headers.has(KEY)) return sendAgain(request)
  const address = `${request.method} ${request.url}`
  const content = await contentOf(request)
  const last = unanswered.get(address)
  const key = last && last.content === content ? last.key : crypto.randomUUID()
  request.headers.set(KEY, key)
  if (content !== undefined) unanswered.set(address, { content, key })
  const response = await sendAgain(request)
  if (!mayPass(response) && unanswered.get(address)?.key === key) unanswered.delete(address)
  return response
}

const isCommand = ({ method, url }: Request) => !SAFE.includes(method) && !ASKED.test(new URL(url).pathname)
const mayPass = ({ status }: Response) => status === 503 || status === 504

/** Send a request; a command is sent again while the server is away, a request of an ended session once renewed. */
async function sendAgain(request: Request): Promise<Response> {
  const pauses = isCommand(request) ? PAUSES_MS : []
  const began = Date.now()
  for (let attempt = 0; ; attempt += 1) {
    let response: Response
    try {
      response = await fetch(request.clone())
    } catch (error) {
      if (request.signal.aborted) throw error
      if (attempt >= pauses.length) throw new Unreachable(isCommand(request))
      await pause(pauses[attempt]!)
      continue
    }
    if (mayPass(response) && attempt < pauses.length && Date.now() - began < PATIENCE_MS) {
      await pause(pauses[attempt]!)
      continue
    }
    if (response.status === 401 && (await renewSession())) return sendAgain(request)
    return response
  }
}

const conventions: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', currentLocale())
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response)
  },
}

/** Marks that turn the writing direction, and blanks of no width: pasted with a text, seen by nobody, refused by the server. */
const UNSEEN = /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g
const seen = (_: string, value: unknown) => (typeof value === 'string' ? value.replace(UNSEEN, '') : value)

const connect = (baseUrl: string) => {
  const client = createClient<paths>({
    baseUrl,
    fetch: send,
    bodySerializer: (body) => JSON.stringify(body, seen),
  })
  client.use(conventions)
  return client
}

/** What belongs to no province; its addresses are whole. */
export const platform = connect('')

let base = ''

/** The API of the province whose pages are open; its addresses are below `/api/v1/{profile}`. */
export let api = platform

/** Turn to a province. */
export function openProfile(name: string): void {
  base = `/api/v1/${name}`
  api = connect(base)
}

/**
 * The bytes of something, to be shown in the page; its type is the answer's. Throws Problem, Unreachable.
 */
export async function load(
  path: string,
  how: {
    headers?: Record<string, string>
    signal?: AbortSignal
    onProgress?: (done: number, total: number) => void
  },
): Promise<Blob> {
  const request = new Request(new URL(base + path, window.location.href), {
    headers: { 'Accept-Language': currentLocale(), ...how.headers },
    ...(how.signal ? { signal: how.signal } : {}),
  })
  const response = await send(request)
  if (!response.ok) throw await problemOf(response)
  const total = Number(response.headers.get('Content-Length') ?? 0)
  const parts: BlobPart[] = []
  let done = 0
  try {
    const reader = response.body!.getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value)
      how.onProgress?.((done += part.value.length), total)
    }
  } catch (error) {
    if (how.signal?.aborted) throw error
    throw new Unreachable()
  }
  return new Blob(parts, { type: (response.headers.get('Content-Type') ?? '').split(';')[0]! })
}

/** The address of something that the browser itself loads: an image, a download. */
export function addressOf(path: string): string {
  return base + path
}

/** The data of an answer: `const me = await answer(api.GET('/me'))`. Throws Problem, Unreachable. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T
}

/** The header that names the version for which a change is meant. */
export function ifMatch(version: number): { 'if-match': string } {
  return { 'if-match': `"${version}"` }
}
