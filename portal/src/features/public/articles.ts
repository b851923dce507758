/** Articles as the pages ask for them. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'
import { answer, api, type Schemas } from '@/api/client'

export type Kind = Schemas['ArticleKind']

export function useArticles(
  question: MaybeRefOrGetter<{ kind: Kind; page?: number; size?: number; text?: string }>,
) {
  return useQuery({
    queryKey: ['articles', () => toValue(question)],
    queryFn: () => answer(api.GET('/public/articles', { params: { query: toValue(question) } })),
    placeholderData: keepPreviousData,
  })
}
