import type { RouteRecordRaw } from 'vue-router'

const page = (path: string, component: RouteRecordRaw['component']): RouteRecordRaw => ({
  path: `ops/${path}`,
  name: `ops-${path}`,
  component: component!,
  meta: { frame: 'staff', title: `menu.ops-${path}`, roles: ['system_admin'] },
})

export const routes: RouteRecordRaw[] = [
  page('profiles', () => import('./Profiles.vue')),
  page('catalogue', () => import('./Catalogue.vue')),
  page('windows', () => import('./Windows.vue')),
  page('articles', () => import('./Articles.vue')),
  page('messages', () => import('./Deliveries.vue')),
  page('dead', () => import('./DeadMessages.vue')),
  page('jobs', () => import('./LateJobs.vue')),
  page('audit', () => import('./Audit.vue')),
]
