/** A refusal's faults beside their fields. */
import { Problem } from '@/api/problem'
import type { FieldError } from '@/components/AppErrorSummary.vue'

/** The message of each field by the last step of its pointer. */
export function messagesOf(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {}
  return Object.fromEntries(error.faults.map((fault) => [fault.pointer.split('/').at(-1)!, fault.message]))
}

/** What the summary on top shows: each fault with the field that it leads to. */
export function summaryOf(messages: Record<string, string>, labelOf: (name: string) => string): FieldError[] {
  return Object.entries(messages).map(([name, message]) => ({
    id: name,
    message: `${labelOf(name)}：${message}`,
  }))
}
