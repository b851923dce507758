import { describe, expect, it } from 'vitest'
import { emptyRecommendation, keepable, missingIn, sent } from './recommendation'

const LIMIT = 1000
const whole = {
  ...emptyRecommendation(),
  is_recommended: true,
  notice_from: '2026-11-09',
  notice_to: '2026-11-15',
  has_objections: false,
  panel_opinion: '同意推荐申报。',
}

describe('the recommendation of a unit', () => {
  it('is kept without a date that is still being typed, and refused with a day that is none', () => {
    expect(keepable({ ...whole, notice_from: '2026-11' })).toEqual({ ...whole, notice_from: '' })
    expect(keepable(whole)).toEqual(whole)
    expect(missingIn({ ...whole, notice_to: '2026-11-31' }, 'required', LIMIT)).toEqual({
      notice_to: 'noticeTo',
    })
  })

  // req: HB-40
  it('is demanded whole where the step asks for it', () => {
    expect(Object.keys(missingIn(emptyRecommendation(), 'required', LIMIT))).toEqual([
      'is_recommended',
      'notice_from',
      'notice_to',
      'has_objections',
      'panel_opinion',
    ])
    expect(missingIn(whole, 'required', LIMIT)).toEqual({})
  })

  it('names a text that is too long, where it is asked for', () => {
    const long = { ...whole, panel_opinion: '字'.repeat(LIMIT + 1), objections_text: '字'.repeat(LIMIT + 1) }
    expect(missingIn(long, 'required', LIMIT)).toEqual({ panel_opinion: 'tooLong' })
    expect(missingIn({ ...long, has_objections: true }, 'required', LIMIT)).toEqual({
      objections_text: 'tooLong',
      panel_opinion: 'tooLong',
    })
  })

  it('may be left out where it is optional, but not by half', () => {
    expect(missingIn(emptyRecommendation(), 'optional', LIMIT)).toEqual({})
    expect(sent(emptyRecommendation(), 'optional')).toBeNull()
    expect(missingIn({ ...emptyRecommendation(), panel_opinion: '同意' }, 'optional', LIMIT)).toHaveProperty(
      'notice_from',
    )
  })

  it('asks what the objections are, and forgets them where there are none', () => {
    expect(missingIn({ ...whole, has_objections: true }, 'required', LIMIT)).toEqual({
      objections_text: 'objectionsText',
    })
    expect(sent({ ...whole, objections_text: '旧的' }, 'required')?.objections_text).toBe('')
  })

  it('refuses a notice that ends before it begins', () => {
    expect(missingIn({ ...whole, notice_to: '2026-11-01' }, 'required', LIMIT)).toEqual({
      notice_to: 'noticeOrder',
    })
  })
})
