/** A refusal's faults beside their fields. */
import { computed, ref, watch } from 'vue'
import { Problem } from '@/api/problem'
import type { FieldError } from './AppErrorSummary.vue'
import { t } from '@/i18n'

type Messages = Record<string, string>

/** The message of each field by the last step of its pointer. */
function messagesOf(error: unknown): Messages {
  if (!(error instanceof Problem)) return {}
  return Object.fromEntries(error.faults.map((fault) => [fault.pointer.split('/').at(-1)!, fault.message]))
}

/** What the summary on top shows: each fault with the field that it leads to. */
function summaryOf(messages: Messages, labelOf: (name: string) => string): FieldError[] {
  return Object.entries(messages).map(([id, message]) => {
    const name = labelOf(id)
    return { id, message: message.includes(name) ? message : t('common.faultAt', { name, message }) }
  })
}

const isEmpty = (value: unknown) => (Array.isArray(value) ? !value.length : !String(value ?? '').trim())

/**
 * A form's faults: what was left empty at the last attempt, and what the server refused, `error`. A fault stands until
 * its field, one of `values`, is changed.
 */
export function useFaults(
  labelOf: (name: string) => string,
  error: () => unknown,
  values: () => Record<string, unknown>,
) {
  const missing = ref<Messages>({})
  const refused = ref<Messages>({})
  const faults = computed<Messages>(() => ({ ...missing.value, ...refused.value }))
  watch(error, (found) => (refused.value = messagesOf(found)))
  watch(
    () => ({ ...values() }),
    (now, before) => {
      const isMended = (name: string) => name in now && now[name] !== before[name]
      for (const some of [missing, refused]) {
        const left = Object.entries(some.value).filter(([name]) => !isMended(name))
        if (left.length < Object.keys(some.value).length) some.value = Object.fromEntries(left)
      }
    },
  )
  return {
    faults,
    summary: computed(() => summaryOf(faults.value, labelOf)),
    /** A refusal that names no field. */
    problem: computed(() => (Object.keys(messagesOf(error())).length ? null : error())),
    /** Whether everything that must be filled in is; where not, the fields say so. */
    isFilled(required: readonly string[]): boolean {
      const now = values()
      missing.value = Object.fromEntries(
        required
          .filter((name) => isEmpty(now[name]))
          .map((name) => [name, t('common.missing', { name: labelOf(name) })]),
      )
      return !Object.keys(missing.value).length
    },
    forget: () => (missing.value = {}),
  }
}
