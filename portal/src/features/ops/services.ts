/** What operators' pages share: the services by name, how old something is, and which services do not answer. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Schemas } from '@/api/client'
import { minute } from '@/format'
import { serverNow } from '@/frames/portal'
import { currentLocale, t } from '@/i18n'

export type Service = Schemas['AtService_DeadMessages_']['service']
export const SERVICES: Service[] = ['identity', 'declaration', 'review', 'committee', 'documents', 'notify']
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

export const serviceName = (service: Service) => t(`ops.service.${service}`)

/** `3 小时`, `2 days`: the largest unit that is whole; less than a minute is `1 分钟`. */
export function age(moment: string | Date, now: Date = serverNow()): string {
  const passed = now.getTime() - new Date(moment).getTime()
  const [unit, length] = UNITS.find(([, one]) => passed >= one) ?? UNITS[2]
  const n = Math.max(1, Math.floor(passed / length))
  return new Intl.NumberFormat(currentLocale(), { style: 'unit', unit, unitDisplay: 'long' }).format(n)
}

/** A moment with its age, for tables: `2026-11-25 09:47（3 小时）`. */
export const aged = (moment: string) => t('ops.aged', { at: minute(moment), age: age(moment) })

/** The earliest of these moments. */
export function earliest(moments: (string | null | undefined)[]): string | undefined {
  return moments.filter((one) => one != null).sort((a, b) => Date.parse(a) - Date.parse(b))[0]
}

/** The service that the list is narrowed to; it stands in the address. */
export function useService(): Ref<Service | ''> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => SERVICES.find((one) => one === route.query.service) ?? '',
    set: (one) => void router.replace({ query: { ...route.query, service: one || undefined } }),
  })
}

/** Names of the services that do not answer. */
export function useSilent(
  answers: Ref<readonly { service: Service; is_there: boolean }[] | undefined>,
): ComputedRef<string> {
  return computed(() =>
    (answers.value ?? [])
      .filter((one) => !one.is_there)
      .map((one) => serviceName(one.service))
      .join(t('common.and')),
  )
}
