import type { RouteMeta, RouteRecordRaw } from 'vue-router'

const own: RouteMeta = { frame: 'applicant', roles: ['applicant'], menu: 'my' }

export const routes: RouteRecordRaw[] = [
  { path: 'my', name: 'my', component: () => import('./My.vue'), meta: { ...own, title: 'declaration.my' } },
  {
    path: 'my/new',
    name: 'my-new',
    component: () => import('./New.vue'),
    meta: { ...own, title: 'declaration.new.title' },
  },
  {
    path: 'my/history',
    name: 'history',
    component: () => import('./History.vue'),
    meta: { ...own, title: 'declaration.history.title', menu: 'history' },
  },
  {
    path: 'my/d/:id',
    component: () => import('./Declaration.vue'),
    meta: { ...own, title: 'declaration.my' },
    children: [
      { path: '', name: 'declaration', component: () => import('./Tasks.vue') },
      {
        path: 'check',
        name: 'declaration-check',
        component: () => import('./Check.vue'),
        meta: { title: 'declaration.check.title' },
      },
      {
        path: 'status',
        name: 'declaration-status',
        component: () => import('./Status.vue'),
        meta: { title: 'declaration.status.title' },
      },
      {
        path: 'receipt/:n',
        name: 'declaration-receipt',
        component: () => import('./Receipt.vue'),
        meta: { title: 'declaration.receipt.title' },
      },
      {
        path: 'submission/:n',
        name: 'declaration-submission',
        component: () => import('./Submission.vue'),
        meta: { title: 'declaration.submission.title' },
      },
      {
        path: ':section([a-z][a-z0-9_]*)',
        name: 'declaration-section',
        component: () => import('./Section.vue'),
      },
    ],
  },
]
