/** The line of steps: the server's steps in the manual's rows (HB-124 to HB-168), and what is said about each. */
import type { Schemas } from '@/api/client'
import type { StatusKind } from '@/components/status'
import { dayInText } from '@/format'
import { t, i18n } from '@/i18n'

export type Step = Schemas['Step']
export type Line = Schemas['OverviewLine']
type Fault = Schemas['Fault']

export interface Row {
  name: string
  steps: Step[]
  /** The page where the officer does it. */
  route?: string
}

export const ROWS: Row[] = [
  { name: 'created', steps: ['created'] },
  { name: 'groups', steps: ['grouped'], route: 'meeting-groups' },
  { name: 'plan', steps: ['plan_drafted', 'plan_under_review'], route: 'meeting-plan' },
  { name: 'planReview', steps: ['plan_approved'], route: 'meeting-plan-review' },
  { name: 'chair', steps: ['chair_appointed'], route: 'meeting-chair' },
  { name: 'materials', steps: ['materials_grouped'], route: 'meeting-materials' },
  { name: 'standard', steps: ['standard_submitted', 'standard_confirmed'], route: 'meeting-standard' },
  { name: 'leaders', steps: ['leaders_appointed', 'scoring'] },
  { name: 'scores', steps: ['scores_confirmed'] },
  { name: 'roll', steps: ['roll_generated'] },
  { name: 'vote', steps: ['voting'] },
  { name: 'result', steps: ['result_confirmed'] },
  { name: 'notice', steps: ['public_notice', 'notice_ended'], route: 'meeting-notice' },
  { name: 'report', steps: ['result_reported'], route: 'meeting-report' },
  { name: 'audit', steps: ['result_audited'], route: 'meeting-certificates' },
  { name: 'close', steps: ['closed'], route: 'meeting-close' },
]

export type RowState = 'done' | 'now' | 'blocked' | 'later'

export const STATUS_OF: Record<RowState, StatusKind> = {
  done: 'done',
  now: 'inProgress',
  blocked: 'waiting',
  later: 'notStarted',
}

const isLater = (line: Line) => line.why_not.some((fault) => fault.code === 'committee.step_not_ready')

/** The first of the lines that is not done, or the last. */
export function openLine(lines: Line[]): Line {
  return lines.find((line) => !line.is_done) ?? lines[lines.length - 1]!
}

/** Scores are confirmed one by one: that step goes on as long as it cannot be ended. */
export function stateOf(lines: Line[]): RowState {
  const open = openLine(lines)
  if (open.is_done) return 'done'
  if (open.is_next) return 'now'
  if (isLater(open)) return 'later'
  return open.step === 'scores_confirmed' ? 'now' : 'blocked'
}

/** A reason in the reader's words; the code says which. */
export function reasonText(fault: Fault): string {
  const params = (fault.params ?? {}) as Record<string, unknown>
  const name = fault.code.replace(/^\w+\./, '')
  if (name === 'step_not_ready') {
    const steps = ((params.missing ?? []) as Step[]).map((step) => t(`meeting.step.${step}`))
    return t('meeting.reason.step_not_ready', { steps: steps.join(t('common.and')) })
  }
  if (name === 'plan_incomplete') {
    const groups = (params.empty_groups ?? []) as string[]
    return [
      params.text_missing ? t('meeting.reason.plan_text_missing') : '',
      groups.length ? t('meeting.reason.plan_groups_empty', { groups: groups.join(t('common.and')) }) : '',
    ]
      .filter(Boolean)
      .join(t('common.semicolon'))
  }
  if (name === 'notice_running') {
    return t('meeting.reason.notice_running', { day: dayInText(`${String(params.last_day)}T12:00:00+08:00`) })
  }
  const key = `meeting.reason.${name}`
  return i18n.global.te(key, 'zh-CN') ? t(key, params) : t('meeting.reason.other', { code: fault.code })
}

/** What a row has come to, from the server's numbers; empty where there is nothing to say. */
export function resultText(row: Row, lines: Line[]): string {
  const all: Record<string, unknown> = Object.assign({}, ...lines.map((line) => line.result ?? {}))
  const state = stateOf(lines)
  if (row.name === 'materials' && Array.isArray(all.groups)) {
    if (!all.materials) return ''
    const numbers = (all.groups as number[]).join(t('common.and'))
    return t('meeting.result.materials', { n: String(all.materials), numbers })
  }
  if (row.name === 'audit') return state === 'done' ? t('meeting.result.audit') : ''
  if (row.name === 'notice' && typeof all.last_day === 'string') {
    return t('meeting.result.notice', {
      days: String(all.working_days),
      day: dayInText(`${all.last_day}T12:00:00+08:00`),
      n: String(all.objections ?? 0),
    })
  }
  const needed: Record<string, string[]> = {
    created: ['committees'],
    groups: ['groups', 'seats'],
    plan: ['number', 'judges'],
    planReview: ['number'],
    chair: ['chair', 'vice_chairs'],
    standard: ['sheets'],
    leaders: ['leaders', 'groups', 'assigned', 'materials'],
    scores: ['confirmed', 'materials'],
    roll: ['voters'],
    vote: ['number', 'voters', 'voted'],
    result: ['passed', 'failed'],
    report: ['number'],
  }
  const names = needed[row.name]
  if (!names || names.some((name) => all[name] === undefined) || all[names[0]!] === 0) return ''
  if (row.name === 'leaders' && state === 'later') return ''
  if (row.name === 'chair' && all.changes)
    return t('meeting.result.chairChanged', { ...all, n: String(all.changes) })
  if (row.name === 'standard' && state === 'done')
    return t('meeting.result.standardDone', { sheets: String(all.sheets) })
  return t(`meeting.result.${row.name}`, all)
}
