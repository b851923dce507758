/** What an officer types about a case and has not said: kept on the server by itself, per case. */
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { answer, api, ifMatch, type Schemas } from '@/api/client'
import { isUnsure, Problem } from '@/api/problem'
import type { SaveState } from '@/components/AppSaveState.vue'
import { useLeaveGuard } from '@/components/leaving'
import { AGAIN_MS, isHeld, PAUSE_MS, typedOver, unsaved } from '@/components/saving'
import { emptyRecommendation, keepable, type RecommendationDraft } from './recommendation'
import type { Remark } from '@/form/types'

type Kept = Schemas['OpinionDraft']
const STALE = 'common.stale_version'

/** A pinned remark with the words of its place, for the list beside the opinion. */
export interface PinnedRemark extends Remark {
  label: string
}

export function useDraft(caseId: string, labelOf: (remark: Remark) => string) {
  const opinion = ref('')
  const recommendation = ref<RecommendationDraft>(emptyRecommendation())
  const remarks = ref<PinnedRemark[]>([])
  const state = ref<SaveState>({ is: 'clean' })
  /** What another window kept meanwhile. */
  const other = shallowRef<Kept | null>(null)
  let version = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  let isLeft = false
  let known = ''
  /** What was said of `known`. */
  let last: SaveState = { is: 'clean' }
  let running: Promise<void> | null = null

  const body = () => ({
    opinion: opinion.value,
    recommendation: keepable(recommendation.value),
    remarks: remarks.value
      .filter((one) => one.text.trim())
      .map(({ block, row_id, field, text }) => ({
        block,
        row_id: row_id ?? null,
        field: field ?? null,
        text: text.trim(),
      })),
  })

  /** Begin with what was kept. */
  function adopt(kept: Kept | null | undefined): void {
    version = kept?.version ?? 0
    if (kept) {
      opinion.value = kept.opinion
      recommendation.value = { ...emptyRecommendation(), ...kept.recommendation }
      remarks.value = kept.remarks.map((one) => ({ ...one, label: labelOf(one) }))
      state.value = last = { is: 'saved', at: new Date(kept.saved_at) }
    }
    known = JSON.stringify(body())
  }

  async function send(): Promise<void> {
    const now = body()
    const text = JSON.stringify(now)
    if (isOver || other.value) return
    if (text === known) {
      state.value = last
      return
    }
    state.value = { is: 'saving' }
    try {
      const kept = await answer(
        api.PUT('/cases/{case_id}/opinion-draft', {
          params: { path: { case_id: caseId }, header: ifMatch(version) },
          body: now,
        }),
      )
      version = kept?.version ?? 0
      known = text
      state.value = last = { is: 'saved', at: kept ? new Date(kept.saved_at) : new Date() }
    } catch (error) {
      if (error instanceof Problem && error.code === STALE) await meetOther()
      else if (!isOver) {
        state.value = unsaved(error)
        if (isUnsure(error) && !isLeft) timer = setTimeout(() => void save(), AGAIN_MS)
      }
    }
  }

  async function meetOther(): Promise<void> {
    const opened = await answer(api.GET('/cases/{case_id}', { params: { path: { case_id: caseId } } }))
    version = opened.draft?.version ?? 0
    if (!opened.draft) return await send()
    other.value = opened.draft
    state.value = { is: 'failed', number: '' }
  }

  /** Send what is typed, one request after another. */
  async function save(): Promise<void> {
    clearTimeout(timer)
    await running
    running = send().finally(() => (running = null))
    await running
  }

  /** Of two windows' drafts take the other one, or go on with this one. */
  function settle(which: 'other' | 'own'): void {
    const found = other.value
    other.value = null
    if (which === 'other') adopt(found)
    else void save()
  }

  watch(
    [opinion, recommendation, remarks],
    () => {
      clearTimeout(timer)
      if (JSON.stringify(body()) !== known) state.value = typedOver(state.value)
      timer = setTimeout(() => void save(), PAUSE_MS)
    },
    { deep: true },
  )
  useLeaveGuard(() => !isOver && isHeld(state.value))
  const again = () => state.value.is === 'offline' && void save()
  window.addEventListener('online', again)
  onBeforeUnmount(() => {
    window.removeEventListener('online', again)
    isLeft = true
    void save()
  })

  return {
    opinion,
    recommendation,
    remarks,
    state,
    other,
    adopt,
    save,
    settle,
    /** It was said: nothing more is kept. */
    end: () => {
      isOver = true
      clearTimeout(timer)
    },
  }
}
