/**
 * The texts of articles: paragraphs, `## headings`, `- ` and `1. ` lists, and `**bold**`. Everything else is shown as it
 * stands, so nothing that a text holds becomes markup.
 */

export interface Block {
  kind: 'paragraph' | 'heading' | 'bullets' | 'numbers'
  lines: Span[][]
}

export interface Span {
  text: string
  bold: boolean
}

const LINE: [Block['kind'], RegExp][] = [
  ['heading', /^#{1,4}\s+/],
  ['bullets', /^[-*]\s+/],
  ['numbers', /^\d{1,3}\.\s+/],
]

/** The blocks of a text; a blank line ends a block. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let isOpen = false
  for (const raw of text.replace(/\r\n?/g, '\n').split('\n')) {
    const line = raw.trim()
    if (!line) {
      isOpen = false
      continue
    }
    const [kind, mark] = LINE.find(([, pattern]) => pattern.test(line)) ?? ['paragraph' as const, /^/]
    const spans = spansOf(line.replace(mark, ''))
    const last = blocks.at(-1)
    if (isOpen && last?.kind === kind && kind !== 'heading') last.lines.push(spans)
    else blocks.push({ kind, lines: [spans] })
    isOpen = kind !== 'heading'
  }
  return blocks
}

function spansOf(line: string): Span[] {
  return line
    .split(/\*\*(.+?)\*\*/)
    .map((text, at) => ({ text, bold: at % 2 === 1 }))
    .filter((span) => span.text)
}
