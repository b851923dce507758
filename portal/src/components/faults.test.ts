import { effectScope, nextTick, reactive, shallowRef } from 'vue'
import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { useFaults } from './faults'

const refusal = () =>
  new Problem(422, {
    code: 'common.invalid_input',
    title: '',
    errors: ['org_code', 'fax'].map((name) => ({
      pointer: `/form/${name}`,
      code: '',
      params: {},
      message: `wrong ${name}`,
    })),
  })

describe('faults of a form', () => {
  it('stand until their field is changed, and come back with the next refusal', async () => {
    const form = reactive({ org_code: '01', fax: 'x', roles: ['a'] })
    const error = shallowRef<unknown>(null)
    const { faults, summary, problem } = effectScope().run(() =>
      useFaults(
        (name) => name,
        () => error.value,
        () => form,
      ),
    )!
    error.value = refusal()
    await nextTick()
    expect(faults.value).toEqual({ org_code: 'wrong org_code', fax: 'wrong fax' })
    form.org_code = '02'
    await nextTick()
    expect(faults.value).toEqual({ fax: 'wrong fax' })
    expect(summary.value.map((one) => one.id)).toEqual(['fax'])
    form.fax = ''
    await nextTick()
    expect(faults.value).toEqual({})
    expect(problem.value).toBeNull()
    error.value = refusal()
    await nextTick()
    expect(Object.keys(faults.value)).toEqual(['org_code', 'fax'])
  })

  it('name what was left empty, also a choice of several', async () => {
    const form = reactive({ org_code: ' ', fax: '', roles: [] as string[] })
    const { faults, isFilled } = effectScope().run(() =>
      useFaults(
        (name) => name,
        () => null,
        () => form,
      ),
    )!
    expect(isFilled(['org_code', 'roles'])).toBe(false)
    expect(Object.keys(faults.value)).toEqual(['org_code', 'roles'])
    form.roles = ['a']
    await nextTick()
    expect(Object.keys(faults.value)).toEqual(['org_code'])
    form.org_code = '0001'
    await nextTick()
    expect(isFilled(['org_code', 'roles'])).toBe(true)
  })
})
