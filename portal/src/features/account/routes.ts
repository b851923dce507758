import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: 'login',
    name: 'login',
    component: () => import('./Login.vue'),
    meta: { frame: 'public', title: 'account.title' },
  },
  {
    path: 'activate',
    name: 'activate',
    component: () => import('./Activate.vue'),
    meta: { frame: 'public', title: 'account.activate.title' },
  },
  {
    path: 'recover',
    name: 'recover',
    component: () => import('./Recover.vue'),
    meta: { frame: 'public', title: 'account.recover.title' },
  },
  {
    path: 'account',
    name: 'account',
    component: () => import('./Account.vue'),
    meta: { roles: [], title: 'menu.account' },
  },
  {
    path: 'messages',
    name: 'messages',
    component: () => import('./Messages.vue'),
    meta: { roles: [], title: 'menu.messages' },
  },
]
