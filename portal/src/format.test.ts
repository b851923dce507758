import { describe, expect, it } from 'vitest'
import { daysLeft, endInText, isMinute, minute, size, tidyDate } from './format'

describe('times', () => {
  // req: PL-15
  it('are shown in the province’s time, wherever the reader’s machine is', () => {
    expect(minute('2026-11-25T16:30:00Z')).toBe('2026-11-26 00:30')
  })

  // req: PL-15
  it('name the midnight that ends a window as 24:00 of its last day', () => {
    expect(endInText('2026-11-25T16:00:00Z')).toBe('11月25日 24:00')
  })

  it('count the running day as left', () => {
    expect(daysLeft('2026-11-25T16:00:00Z', new Date('2026-11-22T02:00:00Z'))).toBe(4)
    expect(daysLeft('2026-11-25T16:00:00Z', new Date('2026-11-26T02:00:00Z'))).toBe(0)
  })
})

describe('what is typed as a time', () => {
  it('is understood in the ways in which people write it, and left alone otherwise', () => {
    for (const typed of ['2026-11-25 9:00', '20261125 09:00', '2026年11月25日 9：00', '2026-11-25T09:00'])
      expect(tidyDate(typed, 'minute')).toBe('2026-11-25 09:00')
    expect(tidyDate('上午九点', 'minute')).toBe('上午九点')
  })

  it('is a minute of a day that there is', () => {
    expect(isMinute('2026-11-25 09:00')).toBe(true)
    for (const wrong of ['2026-11-25', '2026-02-30 09:00', '2026-11-25 24:00', '2026-11-25 9:00'])
      expect(isMinute(wrong)).toBe(false)
  })
})

describe('sizes', () => {
  it('are in KB below one MB', () => {
    expect(size(612 * 1024)).toBe('612 KB')
    expect(size(1.25 * 1024 * 1024)).toBe('1.3 MB')
  })
})
