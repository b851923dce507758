/** What the server says when it refuses (RFC 9457), and what is said when it cannot be reached. */

export interface Fault {
  /** JSON pointer into what was sent, as `/blocks/basic/name`. */
  pointer: string
  code: string
  params: Record<string, unknown>
  /** In the reader's language. */
  message: string
}

interface ProblemBody {
  code: string
  title: string
  params?: Record<string, unknown>
  errors?: Fault[]
  trace_id?: string
}

/** A refusal: its `message` is the server's sentence in the reader's language. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly params: Record<string, unknown>
  readonly faults: Fault[]
  readonly traceId: string

  constructor(status: number, body: ProblemBody) {
    super(body.title)
    this.status = status
    this.code = body.code
    this.params = body.params ?? {}
    this.faults = body.errors ?? []
    this.traceId = body.trace_id ?? ''
  }

  /** The part of the trace that a person quotes on the telephone. */
  get number(): string {
    return this.traceId.slice(0, 4).toUpperCase()
  }

  /** Whether asking again later may help: a service is away, or too slow, or too much was asked from one address. */
  get isPassing(): boolean {
    return [429, 503, 504].includes(this.status)
  }
}

/** The server did not answer: the connection is broken. */
export class Unreachable extends Error {
  /** Something was to be done, and may have been. */
  readonly isCommand: boolean

  constructor(isCommand = false) {
    super()
    this.isCommand = isCommand
  }
}

/** Whether something that was to be done may have been done all the same. */
export const isUnsure = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Problem && error.isPassing)

/** The problem that an answer is. A body that is no problem document (a proxy's page) is named by its status alone. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    return new Problem(response.status, (await response.json()) as ProblemBody)
  } catch {
    return new Problem(response.status, { code: 'common.error', title: `HTTP ${response.status}` })
  }
}
