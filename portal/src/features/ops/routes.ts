import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: 'ops/windows',
    name: 'ops-windows',
    component: () => import('./Windows.vue'),
    meta: { frame: 'staff', title: 'menu.ops-windows', roles: ['system_admin'] },
  },
  {
    path: 'ops/articles',
    name: 'ops-articles',
    component: () => import('./Articles.vue'),
    meta: { frame: 'staff', title: 'menu.ops-articles', roles: ['system_admin'] },
  },
  {
    path: 'ops/messages',
    name: 'ops-messages',
    component: () => import('./Deliveries.vue'),
    meta: { frame: 'staff', title: 'menu.ops-messages', roles: ['system_admin'] },
  },
]
