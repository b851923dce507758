/** The ticked cases of a list: ticks survive paging, and those that were decided elsewhere are lost. */
import { computed, ref, shallowRef, watch } from 'vue'
import { answer, api } from '@/api/client'
import { useRoute as useRouteRules } from './rules'
import type { CaseSummary } from './query'
import type { useCaseList } from './useCaseList'

const PAGE_MOST = 100

export function usePicks({ body, rows, total, gone }: ReturnType<typeof useCaseList>) {
  const rules = useRouteRules()
  const picked = ref(new Map<string, CaseSummary>())
  const ticked = computed({
    get: () => new Set(picked.value.keys()),
    set: (keys) => {
      const next = new Map([...picked.value].filter(([key]) => keys.has(key)))
      for (const row of rows.value) if (keys.has(row.case_id)) next.set(row.case_id, row)
      picked.value = next
    },
  })
  const keep = (wanted: (key: string) => boolean) =>
    (picked.value = new Map([...picked.value].filter(([key]) => wanted(key))))
  watch(gone, (found) => found.size && keep((key) => !found.has(key)))

  const limit = computed(() => rules.data.value?.batch_limit ?? PAGE_MOST)
  /** Whether all that the page shows is ticked and there is more that may be. */
  const mayPickAll = computed(
    () =>
      rows.value.length > 0 &&
      rows.value.every((row) => picked.value.has(row.case_id) || gone.value.has(row.case_id)) &&
      picked.value.size < Math.min(total.value, limit.value),
  )
  const isPickingAll = ref(false)
  const failed = shallowRef<unknown>()
  /** All that the filters show, as many as one act may hold. */
  async function pickAll(): Promise<void> {
    isPickingAll.value = true
    failed.value = undefined
    try {
      const found = new Map<string, CaseSummary>()
      for (let page = 1; found.size < Math.min(limit.value, total.value); page += 1) {
        const { items } = await answer(
          api.POST('/cases/search', { body: { query: body.value.query, page: { page, size: PAGE_MOST } } }),
        )
        if (!items.length) break
        for (const row of items) if (found.size < limit.value) found.set(row.case_id, row)
      }
      picked.value = found
    } catch (error) {
      failed.value = error
    } finally {
      isPickingAll.value = false
    }
  }
  return { picked, ticked, keep, limit, mayPickAll, isPickingAll, failed, pickAll }
}
