import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: 'login',
    name: 'login',
    component: () => import('./Login.vue'),
    meta: { frame: 'public', title: 'account.title' },
  },
]
