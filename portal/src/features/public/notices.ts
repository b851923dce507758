/** Of what a public notice tells, in words. */
import type { Schemas } from '@/api/client'
import { t } from '@/i18n'

/** Its titles by series: 高等学校教师-本科：教授、副教授. */
export function titlesOf(notice: Pick<Schemas['NoticeCard'], 'titles'>): string {
  const bySeries = new Map<string, string[]>()
  for (const { title_series, declared_title } of notice.titles ?? [])
    bySeries.set(title_series, [...(bySeries.get(title_series) ?? []), declared_title])
  return [...bySeries]
    .map(([series, titles]) => series + t('form.colon') + titles.join(t('common.and')))
    .join(t('common.semicolon'))
}
