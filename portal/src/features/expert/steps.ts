/** The judge's steps of a meeting in working order: their pages, and from which state of the meeting they are open. */
import type { Schemas } from '@/api/client'

type State = Schemas['MeetingCard']['state']
export type StepTask = Schemas['StepTask']
export type ScoringStep = Schemas['ScoringStep']

const ORDER: State[] = [
  'created',
  'grouped',
  'plan_drafted',
  'plan_under_review',
  'plan_approved',
  'chair_appointed',
  'materials_grouped',
  'standard_submitted',
  'standard_confirmed',
  'leaders_appointed',
  'scoring',
  'scores_confirmed',
  'roll_generated',
  'voting',
  'result_confirmed',
  'public_notice',
  'notice_ended',
  'result_reported',
  'result_audited',
  'closed',
]

interface Step {
  /** Name of the task in the API, and of the page's route after `expert-`. */
  task: string
  page: string
  opens: State
}

export const STEPS: Step[] = [
  { task: 'standard_confirmed', page: 'standard', opens: 'standard_submitted' },
  { task: 'leaders_appointed', page: 'leaders', opens: 'standard_confirmed' },
  { task: 'assign', page: 'assign', opens: 'leaders_appointed' },
  { task: 'lead', page: 'score', opens: 'leaders_appointed' },
  { task: 'second', page: 'second', opens: 'leaders_appointed' },
  { task: 'leader', page: 'leader', opens: 'leaders_appointed' },
  { task: 'chair', page: 'chair', opens: 'leaders_appointed' },
  { task: 'roll_generated', page: 'roll', opens: 'scores_confirmed' },
  { task: 'voting', page: 'open', opens: 'roll_generated' },
  { task: 'vote', page: 'vote', opens: 'voting' },
  { task: 'result_confirmed', page: 'confirm', opens: 'voting' },
  { task: 'result', page: 'result', opens: 'result_confirmed' },
]

/** Whether the meeting has come as far as this state. */
export function hasReached(state: State, wanted: State): boolean {
  return ORDER.indexOf(state) >= ORDER.indexOf(wanted)
}

export interface OwnStep extends Step {
  waiting: number
  isOpen: boolean
}

/** The steps that are this judge's, in working order; everybody may look at the result. */
export function ownSteps(state: State, tasks: readonly StepTask[]): OwnStep[] {
  return STEPS.flatMap((step) => {
    const task = tasks.find((one) => one.step === step.task)
    if (!task && step.task !== 'result') return []
    return [{ ...step, waiting: task?.waiting ?? 0, isOpen: hasReached(state, step.opens) }]
  })
}
