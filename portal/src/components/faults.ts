/** A refusal's faults beside their fields. */
import { computed, ref } from 'vue'
import { Problem } from '@/api/problem'
import type { FieldError } from './AppErrorSummary.vue'
import { t } from '@/i18n'

/** The message of each field by the last step of its pointer. */
export function messagesOf(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {}
  return Object.fromEntries(error.faults.map((fault) => [fault.pointer.split('/').at(-1)!, fault.message]))
}

/** What the summary on top shows: each fault with the field that it leads to. */
export function summaryOf(messages: Record<string, string>, labelOf: (name: string) => string): FieldError[] {
  return Object.entries(messages).map(([id, message]) => {
    const name = labelOf(id)
    return { id, message: message.includes(name) ? message : t('common.faultAt', { name, message }) }
  })
}

/** A form's faults: what was left empty at the last attempt, and what the server refused, `error`. */
export function useFaults(labelOf: (name: string) => string, error: () => unknown) {
  const missing = ref<Record<string, string>>({})
  const refused = computed(() => messagesOf(error()))
  const faults = computed<Record<string, string>>(() => ({ ...missing.value, ...refused.value }))
  return {
    faults,
    summary: computed(() => summaryOf(faults.value, labelOf)),
    /** A refusal that names no field. */
    problem: computed(() => (Object.keys(refused.value).length ? null : error())),
    /** Whether something that must be filled in is; where not, the fields say so. */
    isFilled(values: Record<string, string | null | undefined>): boolean {
      missing.value = Object.fromEntries(
        Object.entries(values)
          .filter(([, value]) => !value?.trim())
          .map(([name]) => [name, t('common.missing', { name: labelOf(name) })]),
      )
      return !Object.keys(missing.value).length
    },
    forget: () => (missing.value = {}),
  }
}
