/** The only place that knows the shapes and colours of states. */
import type { IconName } from './icons'

type Tone = 'done' | 'part' | 'none' | 'bad' | 'wait'

export const STATUS = {
  notStarted: { icon: 'none', tone: 'none' },
  inProgress: { icon: 'part', tone: 'part' },
  waiting: { icon: 'clock', tone: 'wait' },
  held: { icon: 'pause', tone: 'wait' },
  returned: { icon: 'back', tone: 'bad' },
  failed: { icon: 'bad', tone: 'bad' },
  done: { icon: 'done', tone: 'done' },
  barred: { icon: 'barred', tone: 'none' },
  frozen: { icon: 'lock', tone: 'none' },
} as const satisfies Record<string, { icon: IconName; tone: Tone }>

export type StatusKind = keyof typeof STATUS
