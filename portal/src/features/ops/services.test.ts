import { expect, test } from 'vitest'
import { age, earliest } from './services'

const NOW = new Date('2026-11-22T08:00:00Z')

test('an age is told in the largest whole unit, and never as nothing', () => {
  const ages = [
    '2026-11-22T07:59:50Z',
    '2026-11-22T07:01:00Z',
    '2026-11-22T06:00:00Z',
    '2026-11-20T07:00:00Z',
  ]
  expect(ages.map((moment) => age(moment, NOW))).toEqual(['1分钟', '59分钟', '2小时', '2天'])
})

test('the earliest of moments in different zones is found, and none among none', () => {
  expect(earliest(['2026-11-22T08:00:00Z', null, '2026-11-22T15:00:00+08:00'])).toBe(
    '2026-11-22T15:00:00+08:00',
  )
  expect(earliest([null, undefined])).toBeUndefined()
})
