/** What the open page calls itself: in the document's title, and on its tab in the staff frame (HB-171). */
import { readonly, ref } from 'vue'
import { t } from '@/i18n'
import { systemName } from './portal'

const name = ref('')
export const pageName = readonly(name)

export function describePage(title: string): void {
  name.value = title
  document.title = `${title} · ${systemName.value || t('common.system')}`
}
