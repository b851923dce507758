/** How the states of an expert's profile look. */
import type { Schemas } from '@/api/client'
import type { StatusKind } from '@/components/status'

export const EXPERT_STATUS: Record<Schemas['ExpertState'], StatusKind> = {
  created: 'notStarted',
  incomplete: 'inProgress',
  submitted: 'waiting',
  approved: 'done',
  refused: 'returned',
}
