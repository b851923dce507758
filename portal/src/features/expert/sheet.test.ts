import { expect, it } from 'vitest'
import { changedOf, entriesOf, faultOf, numberOf, sent, stateOf, stepped, type Sheet } from './sheet'

const sheet = {
  step: '0.50',
  total: '60',
  comment_required_below_percent: 40,
  comment_max: 500,
  items: [
    { code: 'a', name: '师德', maximum: '20', description: '', evidence: [] },
    { code: 'b', name: '教学', maximum: '40', description: '', evidence: [] },
  ],
  my_steps: ['lead'],
  former: [],
  current: null,
  draft: null,
} as unknown as Sheet
const [a, b] = sheet.items as [Sheet['items'][0], Sheet['items'][0]]
const entry = (points: string, comment = '') => ({ points, comment })

// req: HB-146
it('names a number that is none, out of range, off the step, or low without a reason', () => {
  expect(faultOf(sheet, a, entry('x'))).toBe('number')
  expect(faultOf(sheet, a, entry('-1'))).toBe('number')
  expect(faultOf(sheet, a, entry('20.5'))).toBe('range')
  expect(faultOf(sheet, a, entry('19.3'))).toBe('step')
  expect(faultOf(sheet, a, entry('7.5'))).toBe('comment')
  expect(faultOf(sheet, a, entry('7.5', '考核不足'))).toBeUndefined()
  expect(faultOf(sheet, a, entry('8'))).toBeUndefined()
  expect(faultOf(sheet, a, entry(''))).toBeUndefined()
})

// req: HB-146
it('shows a total only when every item has points and none is wrong', () => {
  expect(stateOf(sheet, { a: entry('18.5'), b: entry('') })).toMatchObject({ open: 1, total: undefined })
  expect(stateOf(sheet, { a: entry('18.5'), b: entry('41') })).toMatchObject({ wrong: 1, total: undefined })
  expect(stateOf(sheet, { a: entry('18.5'), b: entry('36') })).toMatchObject({
    isComplete: true,
    total: 54.5,
  })
})

it('steps by halves inside the range, also from between two steps', () => {
  expect(stepped(sheet, a, '', true)).toBe('0.5')
  expect(stepped(sheet, a, '7.2', true)).toBe('7.5')
  expect(stepped(sheet, a, '7.2', false)).toBe('7')
  expect(stepped(sheet, a, '20', true)).toBe('20')
  expect(stepped(sheet, a, '0', false)).toBe('0')
})

it('reads digits as Chinese keyboards type them', () => {
  expect(numberOf('１８．５')).toBe(18.5)
  expect(numberOf(' 18 ')).toBe(18)
  expect(numberOf('1e3')).toBeUndefined()
})

it('starts from the draft, else from the score that was sent back', () => {
  const former = {
    ...sheet,
    former: [{ entries: [{ code: 'a', points: '18.00', comment: '好' }] }],
  } as unknown as Sheet
  expect(entriesOf(former)).toEqual({ a: entry('18', '好'), b: entry('') })
  const drafted = {
    ...former,
    draft: { entries: [{ code: 'b', points: '3.50', comment: '' }] },
  } as unknown as Sheet
  expect(entriesOf(drafted)).toEqual({ a: entry(''), b: entry('3.5') })
  expect(sent(sheet, { a: entry('x'), b: entry('3.5', ' 略 ') })).toEqual([
    { code: 'a', points: null, comment: '' },
    { code: 'b', points: 3.5, comment: '略' },
  ])
  expect(b.code).toBe('b')
})

it('names the items of which another window has saved something else', () => {
  const draft = { revision: 2, saved_at: '', entries: [{ code: 'a', points: '9.00', comment: '' }] }
  const there = { ...sheet, draft } as unknown as Sheet
  expect(changedOf(there, { a: entry('9'), b: entry('') })).toEqual([])
  expect(changedOf(there, { a: entry('９.0 '), b: entry(' ', ' ') })).toEqual([])
  expect(changedOf(there, { a: entry('9', '考核不足'), b: entry('x') }).map((one) => one.item.code)).toEqual([
    'a',
    'b',
  ])
})
