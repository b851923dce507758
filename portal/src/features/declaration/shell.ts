/** What the pages of one declaration share. */
import { inject, type InjectionKey } from 'vue'
import type { useDeclaration } from './api'

export interface Shell {
  id: string
  view: ReturnType<typeof useDeclaration>
  refresh: () => Promise<unknown>
  /** Open a file in the page. */
  show: (file: { file_id: string; name: string }) => unknown
}

export const SHELL: InjectionKey<Shell> = Symbol('shell')

export const useShell = () => inject(SHELL)!
