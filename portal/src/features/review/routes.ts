import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/router'

const reviewers: Role[] = ['case_officer', 'unit_leader']
const officer: Role[] = ['case_officer']
const list = () => import('./CaseList.vue')

export const routes: RouteRecordRaw[] = [
  {
    path: 'desk/review',
    name: 'review',
    component: list,
    props: { name: 'review' },
    meta: { frame: 'staff', title: 'menu.review', roles: reviewers },
  },
  {
    path: 'desk/review/subordinate',
    name: 'review-subordinate',
    component: list,
    props: { name: 'review-subordinate' },
    meta: { frame: 'staff', title: 'menu.review-subordinate', roles: officer },
  },
  {
    path: 'desk/reviewed',
    name: 'reviewed',
    component: list,
    props: { name: 'reviewed' },
    meta: { frame: 'staff', title: 'menu.reviewed', roles: reviewers },
  },
  {
    path: 'desk/year',
    name: 'year',
    component: list,
    props: { name: 'year' },
    meta: { frame: 'staff', title: 'menu.year', roles: reviewers },
  },
  {
    path: 'desk/preassign',
    name: 'preassign',
    component: list,
    props: { name: 'preassign' },
    meta: { frame: 'staff', title: 'menu.preassign', roles: officer },
  },
  {
    path: 'desk/committee-check',
    name: 'committee-check',
    component: list,
    props: { name: 'committee-check' },
    meta: { frame: 'staff', title: 'menu.committee-check', roles: officer },
  },
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
