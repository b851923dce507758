/** What is done to an account in a list: disable, enable, a new first password. */
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { answer, api, ifMatch, type Schemas } from '@/api/client'
import { confirm } from '@/components/confirm'
import { say } from '@/components/live-region'
import { t } from '@/i18n'
import type { Slip } from './HandOverSlip.vue'

export type AccountRow = Schemas['AccountRow']
type Act = 'disable' | 'enable' | 'reset'

/** The acts on the accounts of one list, and the slip that a reset makes. */
export function useAccountActs(listKey: string) {
  const client = useQueryClient()
  const slips = ref<Slip[]>([])
  const isSlipOpen = ref(false)
  const slipTitle = ref('')
  const act = useMutation({
    mutationFn: async ({ row, what }: { row: AccountRow; what: Act }) => {
      const params = { path: { account_id: row.account_id }, header: ifMatch(row.version) }
      if (what === 'disable') await answer(api.POST('/accounts/{account_id}/disable', { params }))
      else if (what === 'enable') await answer(api.POST('/accounts/{account_id}/enable', { params }))
      else
        showSlip(
          row.real_name,
          await answer(api.POST('/accounts/{account_id}/password-reset', { params })),
          'reset',
        )
      say(t(`units.did.${what}`, { name: row.real_name }))
    },
    onSettled: () => client.invalidateQueries({ queryKey: [listKey] }),
  })

  function showSlip(name: string, made: Schemas['HandedOver'], of: 'account' | 'reset' = 'account'): void {
    slipTitle.value = t(`units.slip.${of}`)
    slips.value = [{ name, login: made.login_name, code: made.activation_code, expires: made.expires_at }]
    isSlipOpen.value = true
  }

  async function ask(row: AccountRow, what: Act): Promise<void> {
    const yes =
      what === 'enable' ||
      (await confirm({
        title: t(`units.askAccount.${what}.title`, { name: row.real_name }),
        text: t(`units.askAccount.${what}.text`),
        yes: t(`units.askAccount.${what}.yes`),
        no: t('common.cancel'),
        danger: what === 'disable',
      }))
    if (yes) act.mutate({ row, what })
  }

  return { act, ask, slips, isSlipOpen, slipTitle, showSlip }
}
