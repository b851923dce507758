/** Where each role begins its work. */
import type { RouteLocationRaw } from 'vue-router'
import { router, type Role } from '@/router'
import type { ActingRole } from '@/session'

const HOMES: Record<Role, string> = {
  applicant: 'my',
  case_officer: 'desk',
  unit_leader: 'desk',
  org_admin: 'units',
  pool_manager: 'pool',
  expert: 'expert-meetings',
  system_admin: 'ops-windows',
}

export function homeOf(role: ActingRole | null): RouteLocationRaw {
  const name = role ? HOMES[role.role] : 'home'
  return { name: router.hasRoute(name) ? name : 'home' }
}
