import type { RouteRecordRaw } from 'vue-router'
import { firstList } from '@/frames/waiting'
import type { Role } from '@/router'
import type { ListName } from './query'

const reviewers: Role[] = ['case_officer', 'unit_leader']
const officer: Role[] = ['case_officer']
const component = () => import('./ListPage.vue')

/** A list of cases under its own address. */
const listAt = (path: string, name: ListName, roles: Role[]): RouteRecordRaw => ({
  path,
  name,
  component,
  props: { name },
  meta: { frame: 'staff', title: `menu.${name}`, roles },
})

export const routes: RouteRecordRaw[] = [
  {
    path: 'desk',
    name: 'desk',
    component,
    // Opened by its address there is no page yet from which the province could be taken.
    beforeEnter: async ({ params }) => ({ name: await firstList(), params: { profile: params.profile } }),
    meta: { frame: 'staff', roles: reviewers },
  },
  listAt('desk/review', 'review', reviewers),
  listAt('desk/review/subordinate', 'review-subordinate', officer),
  listAt('desk/reviewed', 'reviewed', reviewers),
  listAt('desk/year', 'year', reviewers),
  listAt('desk/preassign', 'preassign', officer),
  listAt('desk/committee-check', 'committee-check', officer),
  {
    path: 'desk/review/:case([0-9a-f-]{36})',
    name: 'case',
    component: () => import('./CasePage.vue'),
    props: (route) => ({ case: route.params.case }),
    meta: { frame: 'focus', title: 'desk.case.title', roles: reviewers },
  },
  {
    path: 'desk/templates',
    name: 'templates',
    component: () => import('./Templates.vue'),
    meta: { frame: 'staff', title: 'menu.templates', roles: officer },
  },
  {
    path: 'desk/exports',
    name: 'exports',
    component: () => import('./Exports.vue'),
    meta: { frame: 'staff', title: 'menu.exports', roles: [] },
  },
]
