import { reactive } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import { useMerge, type Stored } from './merge'

const stale = new Problem(409, { code: 'common.stale_version', title: '' })

interface Unit {
  name: string
  fax: string
  rights: string[]
}

/** A unit on a server, and a form over it. */
function opened() {
  const server: Stored<Unit> = { values: { name: '甲', fax: '1', rights: [] }, version: 3 }
  const form = reactive<Unit>({ name: '', fax: '', rights: [] })
  const fetch = vi.fn(async () => structuredClone(server))
  const merge = useMerge<Unit>(
    () => ({ ...form }),
    (values) => void Object.assign(form, values),
    fetch,
  )
  const send = vi.fn(async (version: number) => {
    if (version !== server.version) throw stale
    server.values = JSON.parse(JSON.stringify(form)) as Unit
    server.version += 1
  })
  const others = (values: Partial<Unit>) => {
    Object.assign(server.values, values)
    server.version += 1
  }
  merge.adopt(structuredClone(server))
  return { server, form, fetch, merge, send, others }
}

describe('a form that somebody else saved first', () => {
  // req: PL-12
  it('takes over what only the other changed, and is saved over it', async () => {
    const { server, form, merge, send, others } = opened()
    form.fax = '2'
    others({ name: '乙', rights: ['a'] })
    await merge.save(send)
    expect(server.values).toEqual({ name: '乙', fax: '2', rights: ['a'] })
    expect(merge.isChanged.value).toBe(false)
  })

  // req: PL-12
  it('counts what is typed while it is on its way as not saved', async () => {
    const { server, form, merge, send } = opened()
    form.fax = '2'
    const saving = merge.save(send)
    form.name = '丙'
    await saving
    expect(server.values.fax).toBe('2')
    expect(merge.isChanged.value).toBe(true)
    merge.adopt(structuredClone(server))
    expect(form.name).toBe('丙')
  })

  // req: PL-12
  it('asks for each item that both changed, and saves what is chosen', async () => {
    const { server, form, merge, send, others } = opened()
    Object.assign(form, { name: '丙', fax: '2', rights: ['b'] })
    others({ name: '乙', rights: ['a'] })
    await expect(merge.save(send)).rejects.toBe(stale)
    expect(merge.conflict.value!.names).toEqual(['name', 'rights'])
    expect(form).toEqual({ name: '丙', fax: '2', rights: ['b'] })
    expect(merge.choose(['name'])).toBe(true)
    await merge.save(send)
    expect(server.values).toEqual({ name: '丙', fax: '2', rights: ['a'] })
  })

  it('has nothing left to save where all of the other is chosen', async () => {
    const { form, merge, send, others } = opened()
    form.name = '丙'
    others({ name: '乙' })
    await expect(merge.save(send)).rejects.toBe(stale)
    expect(merge.choose([])).toBe(false)
    expect(form.name).toBe('乙')
  })

  // req: PL-12
  it('asks again where the choice was put off, and overwrites nothing', async () => {
    const { server, form, merge, send, others } = opened()
    form.name = '丙'
    others({ name: '乙' })
    await expect(merge.save(send)).rejects.toBe(stale)
    await expect(merge.save(send)).rejects.toBe(stale)
    expect(merge.conflict.value!.names).toEqual(['name'])
    expect(server.values.name).toBe('乙')
  })

  it('asks once where the version is refused that it has just read', async () => {
    const { form, fetch, merge } = opened()
    form.name = '丙'
    await expect(merge.save(() => Promise.reject(stale))).rejects.toBe(stale)
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('keeps typed words when it is fetched again, also after another part of it was saved', async () => {
    const { server, form, merge, send } = opened()
    form.name = '丙'
    merge.adopt({ values: { ...server.values, fax: '9' }, version: 4 })
    expect(form).toEqual({ name: '丙', fax: '1', rights: [] })
    server.version = 5
    merge.adopt(structuredClone(server))
    await merge.save(send)
    expect(send).toHaveBeenCalledTimes(1)
    expect(server.values.name).toBe('丙')
  })
})
