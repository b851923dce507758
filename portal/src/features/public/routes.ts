import type { RouteRecordRaw } from 'vue-router'

const article = (kind: 'announcement' | 'policy' | 'faq' | 'download', name: string): RouteRecordRaw[] => [
  {
    path: name,
    name,
    component: () => import('./Articles.vue'),
    props: { kind, section: name },
    meta: { frame: 'public', title: `menu.${name}` },
  },
  {
    path: `${name}/:id`,
    name: `${name}-one`,
    component: () => import('./ArticlePage.vue'),
    props: (route) => ({ id: route.params.id, section: name }),
    meta: { frame: 'public', title: `menu.${name}`, menu: name },
  },
]

export const routes: RouteRecordRaw[] = [
  {
    path: '',
    name: 'home',
    component: () => import('./Home.vue'),
    meta: { frame: 'public', title: 'menu.home' },
  },
  ...article('announcement', 'announcements'),
  ...article('policy', 'policies'),
  ...article('faq', 'faq'),
  {
    path: 'public-notices',
    name: 'public-notices',
    component: () => import('./PublicNotices.vue'),
    meta: { frame: 'public', title: 'menu.public-notices' },
  },
  {
    path: 'public-notices/:id',
    name: 'public-notices-one',
    component: () => import('./PublicNoticePage.vue'),
    props: true,
    meta: { frame: 'public', title: 'menu.public-notices', menu: 'public-notices' },
  },
  // The address in a certificate's QR code.
  {
    path: 'certificates',
    name: 'verify',
    component: () => import('./Verify.vue'),
    meta: { frame: 'public', title: 'menu.verify' },
  },
  { path: 'verify', redirect: { name: 'verify' } },
]
