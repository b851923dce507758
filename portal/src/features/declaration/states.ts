/** How the states of a declaration are drawn. */
import type { Schemas } from '@/api/client'
import type { StatusKind } from '@/components/status'

const KINDS: Record<Schemas['StateKind'], StatusKind> = {
  draft: 'inProgress',
  with_reviewers: 'waiting',
  returned: 'returned',
  at_committee: 'waiting',
  in_notice: 'waiting',
  passed: 'done',
  failed: 'failed',
  discarded: 'barred',
}

export const stateKind = (kind: Schemas['StateKind']): StatusKind => KINDS[kind]
