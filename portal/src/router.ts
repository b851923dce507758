/** All pages. A feature brings its routes in `features/<name>/routes.ts`; their `meta` says who may see them and in which frame. */
import { createRouter, createWebHistory, loadRouteLocation, type RouteRecordRaw } from 'vue-router'
import { openProfile } from './api/client'
import { Problem } from './api/problem'
import { enter } from './session'
import type { Schemas } from './api/client'

export type Role = Schemas['Role']

declare module 'vue-router' {
  interface RouteMeta {
    frame?: 'public' | 'applicant' | 'staff' | 'focus'
    /** Key of the page's name, as it stands in the title and on the tab. */
    title?: string
    /** Who may open the page; without it, everybody, also without signing in. An empty list: whoever is signed in. */
    roles?: Role[]
    /** The menu's entry that is marked while this page is open; the route's own name without it. */
    menu?: string
  }
}

const features = import.meta.glob<RouteRecordRaw[]>('./features/*/routes.ts', {
  eager: true,
  import: 'routes',
})

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/',
      name: 'provinces',
      component: () => import('./frames/Provinces.vue'),
      meta: { title: 'common.provinces' },
    },
    {
      path: '/:rest(.*)*',
      name: 'no-province',
      component: () => import('./frames/Unopened.vue'),
      props: { error: new Problem(404, { code: 'common.not_found', title: '' }) },
    },
    {
      path: '/:profile([a-z][a-z0-9_]{1,30})',
      children: [
        ...Object.values(features).flat(),
        {
          path: ':rest(.*)*',
          name: 'nowhere',
          component: () => import('./frames/Nowhere.vue'),
          meta: { title: 'common.notFound' },
        },
      ],
    },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
})

router.beforeEach(async (to) => {
  if (typeof to.params.profile !== 'string') return true
  // The page's code comes while the account is asked for; whether it can be had the router says when it opens the page.
  void loadRouteLocation(to).catch(() => undefined)
  openProfile(to.params.profile)
  return enter(to)
})
