/** Deciding one case: what is missing, what is sent, and what happens where somebody else was first (PL-12). */
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { answer, api, ifMatch, type Schemas } from '@/api/client'
import { useLive } from '@/api/live'
import { isUnsure, Problem } from '@/api/problem'
import { say } from '@/components/live-region'
import { t } from '@/i18n'
import { session } from '@/session'
import { missingIn, sent } from './recommendation'
import type { useDraft } from './draft'
import type { useCase } from './useCase'

type Decision = Schemas['Decision']
const DECIDED = ['common.stale_version', 'common.wrong_state']
const mayBeDecided = (of: Schemas['CaseSummary'] | undefined) =>
  Boolean(of?.actions.some((one) => one === 'pass' || one === 'resume'))

export function useDecision(
  caseId: string,
  { opened, neighbours }: Pick<ReturnType<typeof useCase>, 'opened' | 'neighbours'>,
  draft: ReturnType<typeof useDraft>,
  /** Where to after it: the next case, or none is left. */
  goOn: (next: string | null | undefined) => Promise<void>,
) {
  const client = useQueryClient()
  const own = computed(() => opened.data.value?.case)
  const elsewhere = ref<Schemas['LogEntry']>()
  const errors = ref<Record<string, string>>({})
  const isReturning = ref(false)
  let isOver = false

  const mayDecide = computed(() => mayBeDecided(own.value) && !elsewhere.value)
  const barred = computed(() => {
    const here = own.value
    if (!here || mayDecide.value || elsewhere.value) return undefined
    const isMine = session.account.value?.roles.some(
      (one) => one.organization_id === here.holder_organization_id && one.role === here.role,
    )
    if (isMine && ['waiting', 'held'].includes(here.state)) return t('desk.case.ownDeclaration')
    return t('desk.case.readOnly', {
      state: here.state_label,
      step: here.step_label,
      who: here.holder_organization_name,
    })
  })

  /** Whether somebody else was first. */
  async function look(isRefused = false): Promise<void> {
    const before = opened.data.value
    if (!before || (decide.isPending.value && !isRefused) || isOver) return
    const log = await answer(
      api.GET('/cases/{case_id}/log', { params: { path: { case_id: caseId } } }),
    ).catch(() => null)
    if (!log || isOver || JSON.stringify(log[0]) === JSON.stringify(before.log[0])) return
    if (unsure) return decide.mutate(unsure)
    const wasMine = mayBeDecided(before.case)
    const fresh = (await opened.refetch()).data
    if (wasMine && !mayBeDecided(fresh?.case))
      elsewhere.value = log[0]?.action === 'waiting' ? log[1] : log[0]
  }
  useLive(({ topic }) => {
    if (topic === 'work' || topic === 'everything') void look()
  })

  const meant = (decision: Decision) => ({
    version: own.value!.version,
    body: {
      decision,
      opinion: draft.opinion.value.trim(),
      recommendation:
        decision === 'pass' ? sent(draft.recommendation.value, opened.data.value!.recommendation) : null,
      remarks:
        decision === 'return'
          ? draft.remarks.value.map(({ block, row_id, field, text }) => ({
              block,
              row_id: row_id ?? null,
              field: field ?? null,
              text: text.trim(),
            }))
          : [],
    },
  })
  /**
   * What was sent without an answer. Where the case has moved on it is asked for again: of its version it decides
   * nothing any more, and only says whether it was first.
   */
  let unsure: ReturnType<typeof meant> | undefined
  const decide = useMutation({
    mutationFn: ({ version, body }: ReturnType<typeof meant>) =>
      answer(
        api.POST('/cases/{case_id}/decision', {
          params: { path: { case_id: caseId }, header: ifMatch(version) },
          body,
        }),
      ),
    onSuccess: async (_, { body: { decision } }) => {
      unsure = undefined
      say(t(`desk.case.did.${decision}`, { name: own.value!.real_name }))
      void client.invalidateQueries({ queryKey: ['waiting'] })
      if (decision === 'resume') {
        await opened.refetch()
        return
      }
      isOver = true
      draft.end()
      isReturning.value = false
      client.removeQueries({ queryKey: ['case', 'list'] })
      void client.invalidateQueries({ queryKey: ['case', 'counts'] })
      const next = neighbours.data.value?.next ?? neighbours.data.value?.previous
      client.removeQueries({ queryKey: ['case', caseId] })
      // The place in the list has moved up by one.
      if (next) await client.invalidateQueries({ queryKey: ['case', next, 'neighbours'] })
      await goOn(next)
    },
    onError: async (failure, wanted) => {
      unsure = isUnsure(failure) ? wanted : undefined
      if (!(failure instanceof Problem)) return
      if (DECIDED.includes(failure.code) || failure.status === 404) {
        isReturning.value = false
        await look(true)
        return
      }
      const found: Record<string, string> = {}
      for (const fault of failure.faults) found[fault.pointer.split('/').pop()!] = fault.message
      errors.value = found
    },
  })
  const failure = computed(() => {
    const problem = decide.error.value
    if (!problem || elsewhere.value) return undefined
    return problem instanceof Problem && problem.faults.length ? undefined : problem
  })

  function act(decision: Decision): void {
    const found: Record<string, string> = {}
    const limit = opened.data.value!.opinion_limit
    if (decision === 'pass')
      for (const [name, key] of Object.entries(
        missingIn(draft.recommendation.value, opened.data.value!.recommendation, limit),
      ))
        found[name] = t(`desk.recommendation.missing.${key}`, { limit })
    if (decision === 'hold' && !draft.opinion.value.trim()) found.opinion = t('desk.opinion.holdNeeded')
    if ([...draft.opinion.value].length > limit) found.opinion = t('desk.opinion.tooLong', { limit })
    errors.value = found
    decide.reset()
    if (!Object.keys(found).length) decide.mutate(meant(decision))
  }
  function startReturn(): void {
    errors.value = {}
    decide.reset()
    isReturning.value = true
  }

  return { own, elsewhere, mayDecide, barred, errors, isReturning, decide, failure, act, startReturn }
}
