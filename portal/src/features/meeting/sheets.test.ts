import { describe, expect, it } from 'vitest'
import { blankSheet, freeCode, sumOf, weightOf } from './sheets'

const item = (code: string, maximum: string | number) => ({
  code,
  name: code,
  maximum,
  description: '',
  evidence: [],
})

describe('a sheet of the scoring standard', () => {
  // req: HB-136
  it('adds maxima without errors of fractions, also while one is being typed', () => {
    const sheet = { ...blankSheet('x'), items: [item('a', '0.1'), item('b', 0.2), item('c', '')] }
    expect(sumOf(sheet)).toBe(0.3)
  })

  it('weighs an item by its share of the total', () => {
    const sheet = { ...blankSheet('x'), total: '80' }
    expect(weightOf(item('a', '20'), sheet)).toBe('25.0%')
    expect(weightOf(item('a', 20), { ...sheet, total: '' })).toBe('')
  })

  it('never gives a code twice', () => {
    const sheet = { ...blankSheet('x'), items: [item('item_2', 1), item('item_3', 1)] }
    expect(freeCode(sheet)).toBe('item_4')
  })
})
