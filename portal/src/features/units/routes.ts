import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: 'org/units',
    name: 'units',
    component: () => import('./Units.vue'),
    meta: { frame: 'staff', title: 'menu.units', roles: ['org_admin'] },
  },
  {
    path: 'org/units/new',
    name: 'unit-new',
    component: () => import('./UnitPage.vue'),
    meta: { frame: 'staff', title: 'units.new', roles: ['org_admin'], menu: 'units' },
  },
  {
    path: 'org/units/:id',
    name: 'unit',
    component: () => import('./UnitPage.vue'),
    props: true,
    meta: { frame: 'staff', title: 'units.one', roles: ['org_admin'], menu: 'units' },
  },
  {
    path: 'org/staff',
    name: 'staff',
    component: () => import('./Staff.vue'),
    meta: { frame: 'staff', title: 'menu.staff', roles: ['org_admin'] },
  },
  {
    path: 'desk/applicants',
    name: 'applicants',
    component: () => import('./Applicants.vue'),
    meta: { frame: 'staff', title: 'menu.applicants', roles: ['case_officer', 'org_admin'] },
  },
  {
    path: 'desk/applicants/import',
    name: 'applicants-import',
    component: () => import('./ApplicantImport.vue'),
    meta: {
      frame: 'staff',
      title: 'common.import.title',
      roles: ['case_officer', 'org_admin'],
      menu: 'applicants',
    },
  },
]
