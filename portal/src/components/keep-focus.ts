/**
 * The focus stays where somebody works: where the control that had it is drawn no more (its row was deleted, its file
 * has arrived, somebody else decided), another one beside it takes it, and not the page's start.
 */
import { onBeforeUpdate, onUpdated } from 'vue'

/** To be called in the component that draws `place`; `instead` says which control takes the focus. */
export function keepFocus(
  place: () => HTMLElement | null | undefined,
  instead: () => HTMLElement | null | undefined,
): void {
  let wasInside = false
  onBeforeUpdate(() => (wasInside = Boolean(place()?.contains(document.activeElement))))
  onUpdated(() => {
    if (wasInside && document.activeElement === document.body) instead()?.focus({ preventScroll: true })
  })
}
