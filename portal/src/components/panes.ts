/**
 * F6 and Shift+F6 move between the parts of a page that bear `data-pane`, in their order and round; of parts in parts
 * the innermost count. A part takes the focus itself where it can, else its `data-pane-start`, else its first control.
 */
const CONTROL =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled])'

const isSeen = (element: HTMLElement) => element.checkVisibility({ checkVisibilityCSS: true })

/** Whether a dialog is open: keys then are its own. */
export const hasDialog = () => Boolean(document.querySelector('.el-overlay:not([style*="display: none"])'))

function panes(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (one) => isSeen(one) && !one.querySelector('[data-pane]'),
  )
}

function startOf(pane: HTMLElement): HTMLElement | undefined {
  if (pane.tabIndex >= 0) return pane
  const marked = pane.querySelector<HTMLElement>('[data-pane-start]')
  if (marked) return marked
  return [...pane.querySelectorAll<HTMLElement>(CONTROL)].find(isSeen)
}

function movePane(step: 1 | -1): void {
  const all = panes()
  const here = document.activeElement ?? document.body
  const inside = all.findIndex((one) => one.contains(here))
  // From outside of all of them the next is the one that is read next.
  const before = all.filter(
    (one) => here !== document.body && here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING,
  ).length
  const from = inside >= 0 ? inside + step : step > 0 ? before : before - 1
  startOf(all[(from + all.length) % all.length] ?? document.body)?.focus({ preventScroll: false })
}

export function listenToPanes(): void {
  window.addEventListener('keydown', (event) => {
    if (event.key !== 'F6' || event.ctrlKey || event.altKey || hasDialog() || !panes().length) return
    movePane(event.shiftKey ? -1 : 1)
    event.preventDefault()
  })
}
