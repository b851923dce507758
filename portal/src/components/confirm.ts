/** Ask before what cannot be undone: `if (await confirm({ title, text, yes, no })) …`. Both buttons say what they do. */
import { shallowRef } from 'vue'

export interface Question {
  title: string
  text?: string
  yes: string
  no: string
  danger?: boolean
  /** A word that has to be typed first. */
  typed?: string
}

export const asked = shallowRef<{ question: Question; settle: (yes: boolean) => void } | null>(null)

export function confirm(question: Question): Promise<boolean> {
  asked.value?.settle(false)
  return new Promise((resolve) => {
    asked.value = {
      question,
      settle: (yes) => {
        asked.value = null
        resolve(yes)
      },
    }
  })
}
