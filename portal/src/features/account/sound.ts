/** Play a sound that came as base64. The policy of the page lets no media element load what is not a file of its own. */
let playing: { stop: () => void } | undefined

/** Play from the beginning; what plays is ended first. */
export async function play(base64: string): Promise<void> {
  stop()
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const context = new AudioContext()
  const source = context.createBufferSource()
  const end = () => void (context.state === 'closed' || context.close())
  playing = { stop: end }
  source.buffer = await context.decodeAudioData(bytes.buffer)
  source.connect(context.destination)
  source.onended = end
  source.start()
}

export function stop(): void {
  playing?.stop()
  playing = undefined
}
