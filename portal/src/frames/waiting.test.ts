import { describe, expect, it } from 'vitest'
import { MENUS } from './menu'
import { firstWaiting } from './waiting'

describe('where the work begins', () => {
  it('is the first list of the menu in which something waits', () => {
    expect(firstWaiting(MENUS.case_officer, { review: 0, subordinate: 0, preassign: 3, experts: 1 })).toBe(
      'preassign',
    )
    expect(firstWaiting(MENUS.unit_leader, { review: 2 })).toBe('review')
    expect(firstWaiting(MENUS.case_officer, {})).toBeUndefined()
  })
})
