/** The fields of an organisation's form (HB-T2). */
import type { Schemas } from '@/api/client'
import { t } from '@/i18n'
import { labelIn, regionName, type Options } from './options'

export type Form = Schemas['OrganizationForm']
export type TextField =
  | 'unified_social_credit_code'
  | 'organization_code'
  | 'contact_person'
  | 'contact_phone'
  | 'fax'
  | 'email'
  | 'postcode'
  | 'address'

export const TEXTS: { name: TextField; limit: number; type?: string }[] = [
  { name: 'unified_social_credit_code', limit: 50 },
  { name: 'organization_code', limit: 50 },
  { name: 'contact_person', limit: 20 },
  { name: 'contact_phone', limit: 12, type: 'tel' },
  { name: 'fax', limit: 20 },
  { name: 'email', limit: 100, type: 'email' },
  { name: 'postcode', limit: 20 },
  { name: 'address', limit: 100 },
]
export const ADMINISTRATOR: {
  name: 'administrator_login_name' | 'administrator_name' | 'administrator_mobile'
  limit: number
  type?: string
}[] = [
  { name: 'administrator_login_name', limit: 32 },
  { name: 'administrator_name', limit: 50 },
  { name: 'administrator_mobile', limit: 24, type: 'tel' },
]
export const REQUIRED = [
  ...(['org_code', 'region', 'org_name', 'org_category', 'org_nature', 'industry'] as const),
  'supervising_person',
] as const
export const IDENTITY = TEXTS.slice(0, 2)
export const CONTACT = TEXTS.slice(2)
export const CHOICES = ['org_category', 'org_nature', 'economic_type', 'industry'] as const
/** The form while it is filled in: a text that is not there is an empty one. */
export type Typed = Form & Record<TextField, string>
const NO_TEXTS = Object.fromEntries(TEXTS.map(({ name }) => [name, ''])) as Record<TextField, string>
export const EMPTY: Typed = {
  org_code: '',
  region: '',
  org_name: '',
  org_category: '',
  org_nature: '',
  economic_type: null,
  committee_creation_right: false,
  committee_formation_right: false,
  industry: '',
  supervising_person: '',
  ...NO_TEXTS,
}

export function typedOf(form: Form): Typed {
  const typed = { ...EMPTY, ...form } as Typed
  for (const { name } of TEXTS) typed[name] = form[name] ?? ''
  return typed
}

export function formOf(typed: Typed): Form {
  const form: Form = { ...typed, economic_type: typed.economic_type || null }
  for (const { name } of TEXTS) form[name] = typed[name].trim() || null
  return form
}

/** An item of the form as it is read. */
export function textOf(options: Options | undefined, typed: Typed, name: keyof Typed): string {
  const value = typed[name]
  if (typeof value === 'boolean') return t(value ? 'form.yes' : 'form.no')
  if (!value) return ''
  if (name === 'region') return regionName(options, value)
  const choices = CHOICES.find((one) => one === name)
  return choices ? labelIn(options?.[choices], value) : value
}
