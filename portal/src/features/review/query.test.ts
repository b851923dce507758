import { describe, expect, it } from 'vitest'
import { isSet, readList, without, writeList } from './query'

describe('the address of a list', () => {
  // req: HB-29
  it('brings back tab, filters, order and page', () => {
    const state = readList(
      {
        tab: 'held',
        title_series: '0101',
        current_title_years_from: '5',
        is_entrusted_review: 'false',
        sort: '-real_name',
        page: '3',
        size: '20',
      },
      'review',
      'review',
    )
    expect(state.query.filters).toEqual({
      title_series: '0101',
      current_title_years_from: 5,
      is_entrusted_review: false,
    })
    expect(readList(writeList('review', state) as Record<string, string>, 'review', 'review')).toEqual(state)
  })

  // req: HB-54
  it('never holds a name or an identity number, and the list still knows them', () => {
    const state = readList({}, 'year', 'current_year')
    state.query.filters = { real_name: '林知远', id_document_no: '130102198001010001' }
    const address = writeList('year', state)
    expect(JSON.stringify(address)).not.toContain('林知远')
    expect(JSON.stringify(address)).not.toContain('1301')
    expect(readList({}, 'year', 'current_year').query.filters).toEqual(state.query.filters)
  })

  it('leaves out what it says wrongly', () => {
    const state = readList(
      { tab: 'x', sort: 'shoe_size', page: '-4', size: '7', current_title_years_to: 'many' },
      'other',
      'review',
    )
    expect(state).toEqual({
      query: { view: 'review', tab: 'pending', filters: {}, sort: 'waiting_since', descending: false },
      page: 1,
      size: 10,
    })
  })

  it('treats the two ends of 现职称取得年限 as one filter', () => {
    const filters = { current_title_years_to: 3, major: '01002' }
    expect(isSet(filters, 'current_title_years')).toBe(true)
    expect(without(filters, 'current_title_years')).toEqual({ major: '01002' })
  })
})
