/** Files that the province offers: templates, 填报说明 (HB-60, HB-74). */
import { addressOf } from '@/api/client'

/** Let the browser save an offered file; it is a download, not a page. */
export function saveDownload(id: string): void {
  const link = document.createElement('a')
  link.href = addressOf(`/downloads/${encodeURIComponent(id)}/content`)
  link.download = ''
  link.click()
}
