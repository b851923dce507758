/** The data of HB-T30 while they are typed, and as they are sent. */
import type { Schemas } from '@/api/client'
import { isDay } from '@/format'

export type RecommendationDraft = Required<Schemas['RecommendationDraft']>

export const emptyRecommendation = (): RecommendationDraft => ({
  is_recommended: null,
  recommendation_text: '',
  notice_from: '',
  notice_to: '',
  has_objections: null,
  objections_text: '',
  panel_opinion: '',
})

export function isTouched(draft: RecommendationDraft): boolean {
  return Object.values(draft).some((value) => value !== null && value !== '')
}

/** As it is kept while typed: a date only once it is one. */
export const keepable = (draft: RecommendationDraft): RecommendationDraft => ({
  ...draft,
  notice_from: isDay(draft.notice_from) ? draft.notice_from : '',
  notice_to: isDay(draft.notice_to) ? draft.notice_to : '',
})

const TEXTS = ['recommendation_text', 'objections_text', 'panel_opinion'] as const

/** Keys of what is missing or too long, by field; nothing where it may be left out and was. */
export function missingIn(draft: RecommendationDraft, rule: string, limit: number): Record<string, string> {
  if (rule === 'none' || (rule === 'optional' && !isTouched(draft))) return {}
  const found: Record<string, string> = {}
  if (draft.is_recommended === null) found.is_recommended = 'chooseRecommended'
  if (!isDay(draft.notice_from)) found.notice_from = 'noticeFrom'
  if (!isDay(draft.notice_to)) found.notice_to = 'noticeTo'
  else if (isDay(draft.notice_from) && draft.notice_to < draft.notice_from) found.notice_to = 'noticeOrder'
  if (draft.has_objections === null) found.has_objections = 'chooseObjections'
  if (draft.has_objections && !draft.objections_text.trim()) found.objections_text = 'objectionsText'
  if (!draft.panel_opinion.trim()) found.panel_opinion = 'panelOpinion'
  for (const name of TEXTS) {
    const isAsked = name !== 'objections_text' || draft.has_objections
    if (isAsked && [...draft[name]].length > limit) found[name] = 'tooLong'
  }
  return found
}

/** What is sent with passing; null where nothing is said. */
export function sent(draft: RecommendationDraft, rule: string): Schemas['Recommendation'] | null {
  if (rule === 'none' || (rule === 'optional' && !isTouched(draft))) return null
  return {
    ...draft,
    is_recommended: draft.is_recommended ?? false,
    has_objections: draft.has_objections ?? false,
    objections_text: draft.has_objections ? draft.objections_text : '',
  }
}
