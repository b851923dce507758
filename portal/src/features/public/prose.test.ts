import { describe, expect, it } from 'vitest'
import { blocksOf } from './prose'

describe('an article’s text', () => {
  it('becomes headings, paragraphs and lists', () => {
    const kinds = blocksOf('## 条件\n第一段\n第二行\n\n- 甲\n- **乙**\n\n1. 一\n2. 二').map((block) => [
      block.kind,
      block.lines.length,
    ])
    expect(kinds).toEqual([
      ['heading', 1],
      ['paragraph', 2],
      ['bullets', 2],
      ['numbers', 2],
    ])
  })

  it('keeps markup of any other language as plain letters', () => {
    expect(blocksOf('<script>alert(1)</script>')[0]!.lines[0]).toEqual([
      { text: '<script>alert(1)</script>', bold: false },
    ])
  })
})
