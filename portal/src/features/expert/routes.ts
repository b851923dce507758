import type { RouteRecordRaw } from 'vue-router'

const page = (
  path: string,
  name: string,
  component: RouteRecordRaw['component'],
  more: { frame?: 'focus'; menu?: string; title?: string } = {},
): RouteRecordRaw =>
  ({
    path: `expert/${path}`,
    name,
    component,
    meta: {
      frame: more.frame ?? 'staff',
      title: more.title ?? `menu.${name}`,
      roles: ['expert'],
      menu: more.menu,
    },
  }) as RouteRecordRaw

const confirming = (step: 'second' | 'leader' | 'chair') => [
  page(`m/:m/${step}`, `expert-${step}`, () => import('./ScoreList.vue')),
  page(`m/:m/${step}/:x`, `expert-${step}-one`, () => import('./ScoreOne.vue'), {
    frame: 'focus',
    menu: `expert-${step}`,
    title: `menu.expert-${step}`,
  }),
]

export const routes: RouteRecordRaw[] = [
  page('profile', 'expert-profile', () => import('./Profile.vue')),
  page('meetings', 'expert-meetings', () => import('./Meetings.vue')),
  page('m/:m', 'expert-meeting', () => import('./Meeting.vue'), {
    menu: 'expert-meetings',
    title: 'menu.expert-meetings',
  }),
  page('m/:m/standard', 'expert-standard', () => import('./Standard.vue')),
  page('m/:m/leaders', 'expert-leaders', () => import('./Leaders.vue')),
  page('m/:m/assign', 'expert-assign', () => import('./Assign.vue')),
  page('m/:m/score', 'expert-score', () => import('./ScoreList.vue')),
  page('m/:m/score/:x', 'expert-score-one', () => import('./ScoreOne.vue'), {
    frame: 'focus',
    menu: 'expert-score',
    title: 'menu.expert-score',
  }),
  ...confirming('second'),
  ...confirming('leader'),
  ...confirming('chair'),
  page('m/:m/roll', 'expert-roll', () => import('./Roll.vue')),
  page('m/:m/open', 'expert-open', () => import('./OpenBallot.vue')),
  page('m/:m/vote', 'expert-vote', () => import('./Vote.vue'), { frame: 'focus' }),
  page('m/:m/confirm', 'expert-confirm', () => import('./ConfirmResult.vue')),
  page('m/:m/result', 'expert-result', () => import('./Result.vue')),
]
