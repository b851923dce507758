/** What the province calls itself: system name, host, sections, words around the sign-in (HB-01). */
import { computed, shallowRef } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { Problem } from '@/api/problem'
import { currentLocale } from '@/i18n'

type Label = Schemas['Label']

const page = shallowRef<Schemas['PortalPage'] | null>(null)
let offset = 0

/** The province's frame; null until it is known, or where notify is away. */
export const portal = computed(() => page.value)

/** A word of the province in the reader's language. */
export function word(label: Label | undefined): string {
  if (!label) return ''
  return currentLocale() === 'en' ? label.en : label.zh
}

export const systemName = computed(() => word(page.value?.system_name))
export const systemHost = computed(() => word(page.value?.host))

/** The server's time, by which windows are judged (PL-15), whatever the reader's clock says. */
export function serverNow(): Date {
  return new Date(Date.now() + offset)
}

/**
 * Fetch the frame of the province that was turned to; a page is shown without it rather than not at all. Throws Problem
 * where there is no such province.
 */
export async function loadPortal(): Promise<void> {
  page.value = null
  try {
    const response = api.GET('/portal')
    page.value = await answer(response)
    const date = (await response).response.headers.get('Date')
    if (date) offset = new Date(date).getTime() - Date.now()
  } catch (error) {
    page.value = null
    if (error instanceof Problem && error.status === 404) throw error
  }
}
