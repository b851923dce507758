import type { StatusKind } from '@/components/status'

/** Where a report stands, as a shape. */
export const REPORT_KINDS: Record<string, StatusKind> = {
  waiting: 'waiting',
  approved: 'done',
  returned: 'returned',
  withdrawn: 'notStarted',
}
