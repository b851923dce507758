/** A list of cases as it stands in the address: view, tab, filters, order, page. Names and identity numbers stay out. */
import { reactive } from 'vue'
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Schemas } from '@/api/client'

export type CaseSummary = Schemas['CaseSummary']
export type CaseFilters = Schemas['CaseFilters']
export type CaseQuery = Schemas['CaseQuery']
export type View = Schemas['View']
export type Tab = Schemas['Tab']
export type FilterName = keyof CaseFilters

/** The filters of HB-T4.1 in their order; 现职称取得年限 has two ends. */
export const FILTERS = [
  'category',
  'title_series',
  'specialty',
  'declared_title',
  'title_level',
  'declaration_mode',
  'review_mode',
  'id_document_no',
  'real_name',
  'organization_name',
  'highest_education',
  'school',
  'first_education',
  'committee_id',
  'region',
  'current_title',
  'current_title_level',
  'current_title_years',
  'special_experience',
  'is_entrusted_review',
  'major',
  'competent_department',
] as const
export type Filter = (typeof FILTERS)[number]
/** What stands in the one row that is always open (`04-queue`). */
export const FIRST: readonly Filter[] = ['real_name', 'id_document_no', 'title_series', 'title_level']

const SECRET: readonly FilterName[] = ['real_name', 'id_document_no']
const NUMBERS: readonly FilterName[] = [
  'current_title_years_from',
  'current_title_years_to',
  'declaration_year',
]
const KEYS: readonly FilterName[] = [
  ...FILTERS.filter((name) => name !== 'current_title_years'),
  'current_title_years_from',
  'current_title_years_to',
  'organization_id',
  'state',
  'origin',
] as FilterName[]
const TABS: readonly Tab[] = ['pending', 'held', 'reviewed']
const SORTS: readonly Schemas['Sort'][] = ['waiting_since', 'submitted_at', 'real_name', 'organization_name']
const SIZES = [10, 20, 50, 100]

/** What must not stand in an address, kept for this page alone, by list. */
const secrets = reactive<Record<string, CaseFilters>>({})

export interface ListState {
  query: CaseQuery & { filters: CaseFilters }
  page: number
  size: number
}

const lastCase = new Map<string, string>()
/** Remember which case of a list was worked on last: back in the list the reader stands there again. */
export const leftAt = (list: ListName, caseId: string) => void lastCase.set(list, caseId)
/** That case, told once. */
export function takeLeft(list: ListName): string | undefined {
  const found = lastCase.get(list)
  lastCase.delete(list)
  return found
}

const one = (value: LocationQuery[string] | undefined) => (Array.isArray(value) ? value[0] : value) ?? ''

/** The list that an address names; what it says wrongly is left out. */
export function readList(address: LocationQuery, list: string, view: View): ListState {
  const filters: Record<string, unknown> = { ...secrets[list] }
  for (const name of KEYS) {
    const text = one(address[name])
    if (!text || SECRET.includes(name)) continue
    if (NUMBERS.includes(name)) {
      if (/^\d{1,4}$/.test(text)) filters[name] = Number(text)
    } else filters[name] = name === 'is_entrusted_review' ? text === 'true' : text
  }
  const sort = one(address.sort)
  const plain = sort.replace(/^-/, '') as Schemas['Sort']
  const tab = one(address.tab) as Tab
  return {
    query: {
      view,
      tab: TABS.includes(tab) ? tab : 'pending',
      filters: filters as CaseFilters,
      sort: SORTS.includes(plain) ? plain : 'waiting_since',
      descending: sort.startsWith('-'),
    },
    page: Math.max(1, Number(one(address.page)) || 1),
    size: SIZES.includes(Number(one(address.size))) ? Number(one(address.size)) : 10,
  }
}

/** The address of a list; its secret filters are kept aside. */
export function writeList(list: string, { query, page, size }: ListState): LocationQueryRaw {
  const address: LocationQueryRaw = {}
  const secret: Record<string, unknown> = {}
  for (const name of KEYS) {
    const value = query.filters[name]
    if (value === undefined || value === null || value === '') continue
    if (SECRET.includes(name)) secret[name] = value
    else address[name] = String(value)
  }
  secrets[list] = secret as CaseFilters
  if (query.tab && query.tab !== 'pending') address.tab = query.tab
  const sort = `${query.descending ? '-' : ''}${query.sort ?? 'waiting_since'}`
  if (sort !== 'waiting_since') address.sort = sort
  if (page > 1) address.page = String(page)
  if (size !== 10) address.size = String(size)
  return address
}

/** Whether a filter is set; 现职称取得年限 by either end. */
export function isSet(filters: CaseFilters, name: Filter): boolean {
  const given = (key: FilterName) => {
    const value = filters[key]
    return value !== undefined && value !== null && value !== ''
  }
  if (name === 'current_title_years')
    return given('current_title_years_from') || given('current_title_years_to')
  return given(name)
}

/** The same filters without one. */
export function without(filters: CaseFilters, name: Filter): CaseFilters {
  const rest = { ...filters }
  if (name === 'current_title_years') {
    delete rest.current_title_years_from
    delete rest.current_title_years_to
  } else delete rest[name]
  return rest
}

/** Which list each page shows; `onlyTab` where it has no tabs. */
export const LISTS = {
  review: { view: 'review' },
  'review-subordinate': { view: 'review' },
  reviewed: { view: 'review', onlyTab: 'reviewed' },
  year: { view: 'current_year', onlyTab: 'pending' },
  preassign: { view: 'preassignment' },
  'committee-check': { view: 'committee_check' },
} as const satisfies Record<string, { view: View; onlyTab?: Tab }>
export type ListName = keyof typeof LISTS

export function listNamed(name: unknown): ListName {
  return typeof name === 'string' && name in LISTS ? (name as ListName) : 'review'
}

/** Whose people a page is about unless something else is chosen: the officer's own queue the own ones (HB-45). */
export function originOf(name: ListName, isLeader: boolean): CaseFilters['origin'] | undefined {
  if (name === 'review-subordinate') return 'lower'
  return name === 'review' && !isLeader ? 'own' : undefined
}

/** The list of a page as its address and its reader make it. */
export function stateOf(address: LocationQuery, name: ListName, isLeader: boolean): ListState {
  const { view, onlyTab } = LISTS[name] as { view: View; onlyTab?: Tab }
  const state = readList(address, name, view)
  if (onlyTab) state.query.tab = onlyTab
  const origin = originOf(name, isLeader)
  if (origin && !state.query.filters.origin && !state.query.filters.organization_id)
    state.query.filters.origin = origin
  return state
}
