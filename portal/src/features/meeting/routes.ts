import type { RouteRecordRaw } from 'vue-router'
import { chosenFirst } from './current'

const M = ':m([0-9a-f-]{36})'

const step = (name: string, component: () => Promise<unknown>): RouteRecordRaw => ({
  path: `desk/m/${M}?/${name}`,
  name: `meeting-${name}`,
  component: component as never,
  beforeEnter: chosenFirst,
  meta: { frame: 'staff', title: `menu.meeting-${name}`, roles: ['case_officer'] },
})

export const routes: RouteRecordRaw[] = [
  {
    path: 'desk/meetings',
    name: 'meetings',
    component: () => import('./Meetings.vue'),
    meta: { frame: 'staff', title: 'menu.meetings', roles: ['case_officer'] },
  },
  {
    path: `desk/m/${M}`,
    name: 'meeting',
    component: () => import('./Overview.vue'),
    beforeEnter: chosenFirst,
    meta: { frame: 'staff', title: 'menu.meetings', roles: ['case_officer', 'org_admin'], menu: 'meetings' },
  },
  step('groups', () => import('./Groups.vue')),
  step('plan', () => import('./Plan.vue')),
  step('plan-review', () => import('./PlanReview.vue')),
  step('chair', () => import('./Chair.vue')),
  step('materials', () => import('./Materials.vue')),
  step('judges', () => import('./Judges.vue')),
  step('standard', () => import('./Standard.vue')),
  step('notice', () => import('./Notice.vue')),
  step('report', () => import('./Report.vue')),
  step('certificates', () => import('./Certificates.vue')),
  step('close', () => import('./Close.vue')),
  {
    path: 'desk/results',
    name: 'results',
    component: () => import('./Results.vue'),
    meta: { frame: 'staff', title: 'menu.results', roles: ['case_officer'] },
  },
  {
    path: 'office/results',
    name: 'office-results',
    component: () => import('./Results.vue'),
    meta: { frame: 'staff', title: 'menu.office-results', roles: ['org_admin'] },
  },
  {
    path: 'org/meetings',
    name: 'active-meetings',
    component: () => import('./AdminMeetings.vue'),
    meta: { frame: 'staff', title: 'menu.active-meetings', roles: ['org_admin'] },
  },
  {
    path: `org/meetings/new`,
    name: 'new-meeting',
    component: () => import('./MeetingForm.vue'),
    meta: { frame: 'staff', title: 'meeting.new.title', roles: ['org_admin'], menu: 'active-meetings' },
  },
  {
    path: `org/meetings/${M}/edit`,
    name: 'edit-meeting',
    component: () => import('./MeetingForm.vue'),
    meta: { frame: 'staff', title: 'meeting.new.edit', roles: ['org_admin'], menu: 'active-meetings' },
  },
  {
    path: 'org/meetings/history',
    name: 'past-meetings',
    component: () => import('./AdminMeetings.vue'),
    meta: { frame: 'staff', title: 'menu.past-meetings', roles: ['org_admin'] },
  },
]
