import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: 'office/committees',
    name: 'committees',
    component: () => import('./Committees.vue'),
    meta: { frame: 'staff', title: 'menu.committees', roles: ['org_admin'] },
  },
  {
    path: 'office/committees/history',
    name: 'past-committees',
    component: () => import('./Committees.vue'),
    props: { historical: true },
    meta: { frame: 'staff', title: 'menu.past-committees', roles: ['org_admin'] },
  },
  {
    path: 'office/committees/new',
    name: 'committee-new',
    component: () => import('./CommitteePage.vue'),
    meta: { frame: 'staff', title: 'pool.newCommittee', roles: ['org_admin'], menu: 'committees' },
  },
  {
    path: 'office/committees/:id',
    name: 'committee',
    component: () => import('./CommitteePage.vue'),
    props: true,
    meta: {
      frame: 'staff',
      title: 'pool.committee',
      roles: ['org_admin', 'case_officer'],
      menu: 'committees',
    },
  },
  {
    path: 'pool',
    name: 'pool',
    component: () => import('./Pool.vue'),
    meta: { frame: 'staff', title: 'menu.pool', roles: ['pool_manager'] },
  },
  {
    path: 'pool/import',
    name: 'pool-import',
    component: () => import('./PoolImport.vue'),
    meta: { frame: 'staff', title: 'menu.pool-import', roles: ['pool_manager'] },
  },
  {
    path: 'pool/experts/:expert([0-9a-f-]{36})',
    name: 'pool-expert',
    component: () => import('./ExpertPage.vue'),
    props: (route) => ({ expert: route.params.expert, list: 'pool', key: route.params.expert }),
    meta: { frame: 'focus', title: 'pool.profile', roles: ['pool_manager'], menu: 'pool' },
  },
  {
    path: 'desk/experts/:expert([0-9a-f-]{36})',
    name: 'expert-review',
    component: () => import('./ExpertPage.vue'),
    props: (route) => ({ expert: route.params.expert, list: 'experts', key: route.params.expert }),
    meta: { frame: 'focus', title: 'pool.profile', roles: ['case_officer'], menu: 'experts' },
  },
  {
    path: 'desk/experts',
    name: 'experts',
    component: () => import('./Experts.vue'),
    meta: { frame: 'staff', title: 'menu.experts', roles: ['case_officer'] },
  },
]
