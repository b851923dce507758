/** The columns of HB-T4.4 and HB-T4.5, and those of the other lists. */
import type { Column } from '@/components/AppTable.vue'
import type { StatusKind } from '@/components/status'
import { t } from '@/i18n'
import type { CaseSummary, Tab, View } from './query'

const WAITING = ['name', 'id', 'category', 'series', 'specialty', 'title', 'committee', 'acts']
const REVIEWED = [
  'name',
  'id',
  'category',
  'series',
  'specialty',
  'title',
  'level',
  'mode',
  'review',
  'committee',
  'acts',
]
const LOWER = ['name', 'id', 'organization', 'category', 'series', 'specialty', 'title', 'committee', 'acts']
/* What the reader of a list looks for stands where a narrow screen still shows it. */
const YEAR = ['name', 'id', 'organization', 'state', 'step', 'series', 'title', 'level', 'specialty', 'acts']
const PREASSIGNMENT = [
  'name',
  'id',
  'organization',
  'committee',
  'series',
  'title',
  'level',
  'specialty',
  'acts',
]

function namesOf(view: View, tab: Tab, isSubordinate: boolean): string[] {
  if (view === 'current_year') return YEAR
  if (view === 'preassignment' || view === 'committee_check') return PREASSIGNMENT
  if (tab === 'reviewed') return REVIEWED
  return isSubordinate ? LOWER : WAITING
}

export function columnsOf(view: View, tab: Tab, isSubordinate: boolean): Column[] {
  return namesOf(view, tab, isSubordinate).map((name) => ({ name, label: t(`desk.column.${name}`) }))
}

const STATUS: Record<CaseSummary['state'], StatusKind> = {
  waiting: 'waiting',
  held: 'held',
  returned: 'returned',
  recalled: 'returned',
  admitted: 'done',
  superseded: 'barred',
}

export const statusOf = (row: CaseSummary): StatusKind => STATUS[row.state]
