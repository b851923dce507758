/** Asks before a page is left, by a link or with its window, on which something is not saved. */
import { onScopeDispose } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate, type RouteLocationNormalized } from 'vue-router'
import { t } from '@/i18n'
import { confirm } from './confirm'

export function useLeaveGuard(isUnsaved: () => boolean): void {
  const ask = () =>
    confirm({
      title: t('common.leave.title'),
      text: t('common.leave.text'),
      yes: t('common.leave.yes'),
      no: t('common.leave.no'),
      danger: true,
    })
  const guard = (to: RouteLocationNormalized, from: RouteLocationNormalized) =>
    !isUnsaved() || (to.path === from.path && to.query.tab === from.query.tab) || ask()
  onBeforeRouteLeave(guard)
  onBeforeRouteUpdate(guard)
  const warn = (event: BeforeUnloadEvent) => {
    if (isUnsaved()) event.preventDefault()
  }
  window.addEventListener('beforeunload', warn)
  onScopeDispose(() => window.removeEventListener('beforeunload', warn))
}
