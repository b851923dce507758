/**
 * The menus of each role, in the manuals' words and order (HB-11, HB-27, HB-124). An entry whose page needs a meeting
 * takes the meeting that was chosen first (HB-125). `n` names the count of what waits for the reader.
 */
import { defineAsyncComponent, type Component } from 'vue'
import type { Role } from '@/router'

export interface Entry {
  route: string
  /** Key of the words; `menu.<route>` without it. */
  words?: string
  n?: string
  sub?: boolean
}

export interface Group {
  heading?: string
  entries: Entry[]
}

const APPLICANT: Group[] = [{ entries: [{ route: 'my' }, { route: 'history' }] }]

const OFFICER: Group[] = [
  {
    heading: 'review',
    entries: [
      { route: 'review', n: 'review' },
      { route: 'review-subordinate', n: 'subordinate' },
      { route: 'reviewed' },
      { route: 'year' },
    ],
  },
  {
    heading: 'committee',
    entries: [
      { route: 'preassign', n: 'preassign' },
      { route: 'committee-check', n: 'committee_check' },
      { route: 'templates' },
      { route: 'experts', n: 'experts' },
    ],
  },
  {
    heading: 'meeting',
    entries: [
      { route: 'meetings' },
      { route: 'meeting-groups', sub: true },
      { route: 'meeting-plan', sub: true },
      { route: 'meeting-plan-review', sub: true },
      { route: 'meeting-chair', sub: true },
      { route: 'meeting-materials', sub: true },
      { route: 'meeting-judges', sub: true },
      { route: 'meeting-standard', sub: true },
      { route: 'meeting-notice' },
      { route: 'meeting-report' },
      { route: 'results' },
      { route: 'meeting-certificates' },
      { route: 'meeting-close' },
    ],
  },
  { heading: 'accounts', entries: [{ route: 'applicants' }] },
]

const LEADER: Group[] = [
  {
    entries: [
      { route: 'review', words: 'menu.leaderReview', n: 'review' },
      { route: 'reviewed' },
      { route: 'year' },
    ],
  },
]

const ADMINISTRATOR: Group[] = [
  { heading: 'staffAccounts', entries: [{ route: 'units' }, { route: 'staff' }] },
  { heading: 'accounts', entries: [{ route: 'applicants' }] },
  { heading: 'meeting', entries: [{ route: 'active-meetings' }, { route: 'past-meetings' }] },
  {
    heading: 'office',
    entries: [{ route: 'committees' }, { route: 'past-committees' }, { route: 'office-results' }],
  },
]

const POOL_MANAGER: Group[] = [{ entries: [{ route: 'pool' }, { route: 'pool-import' }] }]

const EXPERT: Group[] = [
  { entries: [{ route: 'expert-profile' }, { route: 'expert-meetings' }] },
  {
    heading: 'meeting',
    entries: [
      { route: 'expert-standard' },
      { route: 'expert-leaders' },
      { route: 'expert-assign' },
      { route: 'expert-score', n: 'score' },
      { route: 'expert-second', n: 'second' },
      { route: 'expert-leader', n: 'leader' },
      { route: 'expert-chair', n: 'chair' },
      { route: 'expert-roll' },
      { route: 'expert-open' },
      { route: 'expert-vote', n: 'vote' },
      { route: 'expert-confirm' },
      { route: 'expert-result' },
    ],
  },
]

const OPERATOR: Group[] = [
  {
    entries: [
      { route: 'ops-profiles' },
      { route: 'ops-catalogue' },
      { route: 'ops-windows' },
      { route: 'ops-articles' },
      { route: 'ops-messages' },
      { route: 'ops-dead' },
      { route: 'ops-jobs' },
      { route: 'ops-audit' },
    ],
  },
]

export const MENUS: Record<Role, Group[]> = {
  applicant: APPLICANT,
  case_officer: OFFICER,
  unit_leader: LEADER,
  org_admin: ADMINISTRATOR,
  pool_manager: POOL_MANAGER,
  expert: EXPERT,
  system_admin: OPERATOR,
}

/** Components without a face that say what waits and what is closed (menu-state.ts). */
export const FILLERS: Partial<Record<Role, Component>> = {
  expert: defineAsyncComponent(() => import('@/features/expert/MenuState')),
}
