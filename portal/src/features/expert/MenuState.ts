/** No face: tells the menu which steps of the chosen meeting are this judge's, what waits, and what is not open yet. */
import { defineComponent, watchEffect } from 'vue'
import { describeEntries, type EntryState } from '@/frames/menu-state'
import { t } from '@/i18n'
import { chosenMeeting, useMeetingOf } from './meeting'
import { STEPS } from './steps'

export default defineComponent({
  setup() {
    const { steps, detail } = useMeetingOf(() => chosenMeeting.value)

    watchEffect(() => {
      if (detail.isError.value) chosenMeeting.value = ''
      const found: Record<string, EntryState> = {}
      for (const { page } of STEPS) {
        const own = steps.value.find((step) => step.page === page)
        found[`expert-${page}`] = own
          ? {
              to: { name: `expert-${page}`, params: { m: chosenMeeting.value } },
              n: own.isOpen ? own.waiting : 0,
              closed: own.isOpen ? undefined : t(`expert.closed.${page}`),
            }
          : { absent: true }
      }
      describeEntries(found)
    })
    return () => null
  },
})
