/** What is typed on a page that shows something stored: kept when somebody else stores it first, until one chooses. */
import { computed, ref, watch, type Ref } from 'vue'
import { useLeaveGuard } from '@/components/leaving'

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** `of` says whose it is: what was typed for one meeting is not another's. */
export function useDraft<T>(
  stored: () => { value: T; version: number } | undefined,
  of: () => string = () => '',
) {
  const draft = ref<T>() as Ref<T | undefined>
  const base = ref('')
  /** The version for which what was typed is meant. */
  const version = ref(0)
  const isDirty = computed(() => draft.value !== undefined && JSON.stringify(draft.value) !== base.value)
  const isOvertaken = computed(() => isDirty.value && (stored()?.version ?? 0) !== version.value)

  function take(): void {
    const now = stored()
    draft.value = now && copy(now.value)
    base.value = JSON.stringify(draft.value) ?? ''
    version.value = now?.version ?? 0
  }
  /** Go on with what was typed, over what somebody else stored. */
  function keep(): void {
    version.value = stored()?.version ?? 0
  }
  watch(
    [of, () => stored()?.version],
    ([now], [before]) => {
      if (now !== before || !isDirty.value) take()
      // Something else under the same version was stored: nothing that is shown here.
      else if (JSON.stringify(stored()?.value) === base.value) keep()
    },
    { immediate: true },
  )

  useLeaveGuard(() => isDirty.value)
  return { draft, version, isDirty, isOvertaken, take, keep }
}
