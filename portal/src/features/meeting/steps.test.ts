import { describe, expect, it } from 'vitest'
import { openLine, reasonText, resultText, ROWS, stateOf, type Line, type Step } from './steps'

const line = (step: Step, given: Partial<Line> = {}): Line => ({
  step,
  is_done: false,
  done_at: null,
  done_by: null,
  who: 'case_officer',
  is_next: false,
  why_not: [],
  ...given,
})
const row = (name: string) => ROWS.find((one) => one.name === name)!

describe('the line of steps', () => {
  // req: HB-130
  it('says of a step which steps come first, in their names', () => {
    const fault = { pointer: '', code: 'committee.step_not_ready', params: { missing: ['plan_approved'] } }
    const later = line('chair_appointed', { why_not: [fault] })
    expect(stateOf([later])).toBe('later')
    expect(reasonText(fault)).toBe('需先完成：方案审核通过')
  })

  it('is done only where all steps of a row are done', () => {
    const drafted = line('plan_drafted', { is_done: true })
    const review = line('plan_under_review', { is_next: true })
    expect(stateOf([drafted, review])).toBe('now')
    expect(openLine([drafted, review])).toBe(review)
    expect(stateOf([drafted, { ...review, is_done: true }])).toBe('done')
  })

  it('tells waiting with its reason from going on: scores are confirmed one by one', () => {
    const fault = {
      pointer: '',
      code: 'committee.materials_not_confirmed',
      params: { waiting: 15, materials: 62 },
    }
    expect(stateOf([line('scores_confirmed', { why_not: [fault] })])).toBe('now')
    expect(stateOf([line('voting', { why_not: [fault] })])).toBe('blocked')
    expect(reasonText(fault)).toBe('15 份材料未经主任确认，共 62 份')
  })

  it('shows the numbers of the server, and nothing where there are none', () => {
    const scores = [line('scores_confirmed', { result: { confirmed: 47, materials: 62 } })]
    expect(resultText(row('scores'), scores)).toBe('主任已确认 47 / 62 份')
    expect(resultText(row('plan'), [line('plan_drafted'), line('plan_under_review')])).toBe('')
  })

  it('names a reason that it does not know by its code', () => {
    expect(reasonText({ pointer: '', code: 'committee.new_reason' })).toContain('committee.new_reason')
  })
})
