/** The one cache of what was fetched. */
import { QueryClient } from '@tanstack/vue-query'
import { Problem } from './problem'

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
