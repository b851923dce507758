/** The fields of an organisation's form (HB-T2). */
import type { Schemas } from '@/api/client'

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
export const REQUIRED = [
  ...(['org_code', 'region', 'org_name', 'org_category', 'org_nature', 'industry'] as const),
  'supervising_person',
] as const
export const IDENTITY = TEXTS.slice(0, 2)
export const CONTACT = TEXTS.slice(2)
export const EMPTY: Form = {
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
}
