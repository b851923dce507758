/** The rules of a new password, shown before it is typed (PL-07): the server's least length, and not one of its parts. */
import { useQuery } from '@tanstack/vue-query'
import { answer, api } from '@/api/client'

export function useLeastLength() {
  return useQuery({
    queryKey: ['account-options'],
    queryFn: () => answer(api.GET('/account-options')),
    select: (options) => options.password_min_length,
    staleTime: Infinity,
  })
}
