/** What a list is asked for: filters as they were when 查询 was pressed, and the page. */
import { reactive, ref, shallowRef } from 'vue'

export function useSearch<Filters extends object>(empty: Filters) {
  const page = ref(1)
  const size = ref(10)
  const typed = reactive({ ...empty }) as Filters
  const filter = shallowRef<Filters>({ ...empty })

  function search(): void {
    filter.value = Object.fromEntries(
      Object.entries(typed).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]),
    ) as Filters
    page.value = 1
  }
  function reset(): void {
    Object.assign(typed, empty)
    search()
  }
  return { page, size, typed, filter, search, reset }
}
