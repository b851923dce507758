import { useQuery } from '@tanstack/vue-query'
import { answer, api } from '@/api/client'

/** The batches with their windows as they are now. */
export function useBatches() {
  return useQuery({ queryKey: ['batches'], queryFn: () => answer(api.GET('/public/batches')) })
}
