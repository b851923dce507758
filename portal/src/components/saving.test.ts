import { expect, it } from 'vitest'
import { Problem, Unreachable } from '@/api/problem'
import { typedOver, unsaved } from './saving'

it('says nothing of an earlier save once something else is typed, and goes on saying what is wrong', () => {
  expect(typedOver({ is: 'saved', at: new Date() }).is).toBe('saving')
  expect(typedOver({ is: 'clean' }).is).toBe('saving')
  expect(typedOver({ is: 'failed', number: 'a1' })).toEqual({ is: 'failed', number: 'a1' })
  expect(typedOver({ is: 'offline' }).is).toBe('offline')
})

it('tells a service that is away from a refusal, which has its number', () => {
  const problem = (status: number) => new Problem(status, { code: 'common.error', title: 'wrong' })
  expect(unsaved(problem(503)).is).toBe('away')
  expect(unsaved(new Unreachable(true)).is).toBe('away')
  expect(unsaved(problem(422)).is).toBe('failed')
})
