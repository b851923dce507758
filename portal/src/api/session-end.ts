/** What happens when a session has ended while somebody works: the page asks for a sign-in on the spot and goes on. */

let ask: (() => Promise<boolean>) | null = null
let running: Promise<boolean> | null = null

/** Say how the person is asked; null where nobody is signed in. */
export function onSessionEnd(handler: (() => Promise<boolean>) | null): void {
  ask = handler
}

/** Whether a new session was opened; many requests that find the session ended ask once. */
export function renewSession(): Promise<boolean> {
  if (!ask) return Promise.resolve(false)
  running ??= ask().finally(() => {
    running = null
  })
  return running
}
