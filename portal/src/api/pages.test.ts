import { expect, it } from 'vitest'
import { allPages } from './pages'

it('brings every row of a search, and ends where rows went away meanwhile', async () => {
  const rows = Array.from({ length: 230 }, (_, n) => n)
  const asked: number[] = []
  const of = (total: number) => async (wanted: { page: number; size: number }) => {
    asked.push(wanted.page)
    return { items: rows.slice((wanted.page - 1) * wanted.size, wanted.page * wanted.size), total }
  }
  expect(await allPages(of(230))).toEqual(rows)
  expect(asked).toEqual([1, 2, 3])
  expect(await allPages(of(231))).toEqual(rows)
})
