/** The one cache of what was fetched. */
import { QueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { Problem, Unreachable } from './problem'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal is an answer; only what may pass is asked again.
      retry: (count, error) => count < 3 && (!(error instanceof Problem) || error.isPassing),
      staleTime: 5_000,
      refetchOnWindowFocus: false, // live updates say when to look again
    },
  },
})

/** Whether what a page shows is asked for again, since the server could not be reached. */
export const isTrying = ref(false)
const cache = queryClient.getQueryCache()
cache.subscribe(() => {
  isTrying.value = cache
    .getAll()
    .some(
      (query) =>
        query.state.fetchStatus === 'fetching' &&
        query.state.fetchFailureReason instanceof Unreachable &&
        query.isActive(),
    )
})
