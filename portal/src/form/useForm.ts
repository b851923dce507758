/** Fetches the form description of a version and the catalogue: neither changes while a page is open. */
import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { answer, api } from '@/api/client'
import { session } from '@/session'
import { useCatalogue } from './catalogue'
import type { FormDescription } from './types'
import type { Words } from './words'

/** The form of a declaration: of the profile version with which it began. */
export function useForm(version: MaybeRefOrGetter<number | undefined>) {
  const form = useQuery({
    queryKey: computed(() => ['form', session.profile.value, toValue(version)]),
    queryFn: () => answer(api.GET('/forms', { params: { query: { profile_version: toValue(version) } } })),
    enabled: () => toValue(version) !== undefined,
    staleTime: Infinity,
  })
  const catalogue = useCatalogue()
  return {
    form: computed(() => form.data.value?.form as FormDescription | undefined),
    words: computed<Words>(() => ({
      options: (form.data.value?.form.options ?? {}) as Words['options'],
      catalogue: catalogue.data.value,
    })),
    error: computed(() => form.error.value ?? catalogue.error.value),
    retry: () => Promise.all([form.refetch(), catalogue.refetch()]),
  }
}
