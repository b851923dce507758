import { expect, test } from 'vitest'
import { fullYears, holds, needsBlock, needsField, showsField, type Around } from './around'
import { below, choices, pathBefore } from './cascade'
import { inOrder, layOut } from './rows'
import type { Block, Catalogue, FormDescription } from './types'

const label = { zh: '名', en: 'Name' }
const field = (id: string, more: object = {}) => ({
  id,
  label,
  type: 'text',
  required: false,
  visible: true,
  decimals: 0,
  allow_other: false,
  read_only: false,
  sensitive: false,
  ...more,
})
const block = (id: string, fields: object[], more: object = {}) =>
  ({ id, label, kind: 'form', visible: true, fields, ...more }) as unknown as Block

const CATALOGUE = {
  levels: { senior: '正高', middle: '中级' },
  categories: [
    {
      code: 'teaching',
      label: '教学类',
      series: [
        {
          code: 'university',
          label: '高等学校教师',
          family: 'f',
          specialties: { '01': '逻辑学' },
          tracks: [
            { code: 'general', label: '', titles: { senior: '教授', middle: '讲师' }, specialties: {} },
            { code: 'lab', label: '', titles: { senior: '正高级实验师' }, specialties: { '02': '实验' } },
          ],
        },
      ],
    },
  ],
} as unknown as Catalogue

// req: HB-57
test('Each step of the cascade offers what the catalogue has after the steps before it.', () => {
  expect(choices(CATALOGUE, [])).toEqual({ teaching: '教学类' })
  expect(choices(CATALOGUE, ['teaching', 'university'])).toEqual({ '01': '逻辑学', '02': '实验' })
  expect(choices(CATALOGUE, ['teaching', 'university', '02'])).toEqual({ 'lab.senior': '正高级实验师' })
  expect(choices(CATALOGUE, ['teaching', 'university', '01', 'general.middle'])).toEqual({ middle: '中级' })
  expect(choices(CATALOGUE, ['health', 'university'])).toEqual({})
})

test('A field of a cascade knows the path before it and the fields below it.', () => {
  const steps = block('b', [
    field('one', { type: 'cascade' }),
    field('two', { type: 'cascade', depends: 'one' }),
    field('three', { type: 'cascade', depends: 'two' }),
  ])
  expect(pathBefore(steps, steps.fields[2]!, { one: 'a', two: 'b' })).toEqual(['a', 'b'])
  expect(pathBefore(steps, steps.fields[2]!, { one: 'a' })).toBeNull()
  expect(below(steps, 'one').map((one) => one.id)).toEqual(['two', 'three'])
})

test('A condition without a value is met by nothing but its absence.', () => {
  const none = () => undefined
  expect(holds({ field: 'x', equals: 'a' }, none)).toBe(false)
  expect(holds({ field: 'x', filled: false }, none)).toBe(true)
  expect(holds({ none: [{ field: 'x', equals: 'a' }] }, none)).toBe(true)
  expect(holds({ all: [{ field: 'x', among: ['a', 'b'] }, true as never] }, () => 'b')).toBe(true)
})

// req: HB-70
test('A field that hangs on another block is shown while that answer is shown and fits.', () => {
  const status = block('status', [
    field('has', {}),
    field('title', { visible: { field: 'has', equals: 'yes' } }),
  ])
  const other = block('other', [field('since', { visible: { field: 'status.title', filled: true } })])
  const form = { sections: [{ id: 's', label, blocks: [status, other] }], options: {} } as FormDescription
  const around = (has: string): Around => ({
    form,
    setting: {},
    today: '2026-11-22',
    blocks: { status: { version: 1, values: { has, title: 't' }, files: {}, rows: [] } },
  })
  expect(showsField(around('yes'), other, other.fields[0]!, {})).toBe(true)
  expect(showsField(around('no'), other, other.fields[0]!, {})).toBe(false)
})

test('Full years between two months are completed ones and never negative.', () => {
  expect(fullYears('2020-01', '2026-06')).toBe(6)
  expect(fullYears('2020-07', '2026-06')).toBe(5)
  expect(fullYears('2026-06', '2020-01')).toBe(0)
})

test('A row begins with its period; what has no column stands below.', () => {
  const rows = block(
    'educations',
    [
      field('start', { type: 'month' }),
      field('end', { type: 'month', at_least: 'start' }),
      field('school'),
      field('major'),
      field('degree'),
      field('content', { type: 'textarea' }),
      field('first', { type: 'yes_no' }),
      field('paper', { type: 'files' }),
    ],
    { kind: 'rows', rows: { order_by: 'start' } },
  )
  const layout = layOut(rows, 3)
  expect(layout.columns.map(({ fields }) => fields.map((one) => one.id))).toEqual([
    ['start', 'end'],
    ['school'],
    ['major'],
  ])
  expect(layout.rest.map((one) => one.id)).toEqual(['degree', 'content'])
  const row = (row_id: string, start?: string) => ({
    row_id,
    version: 1,
    values: start ? { start } : {},
    files: {},
  })
  expect(
    inOrder(rows, [row('c'), row('b', '2020-01'), row('a', '2001-09')]).map((one) => one.row_id),
  ).toEqual(['a', 'b', 'c'])
})

// req: HB-62
test('What the committees want beyond the form is asked with a star.', () => {
  const files = block('materials', [field('proof', { type: 'files' })], { kind: 'files' })
  const papers = block('papers', [field('attachment', { type: 'files' })])
  const around = (demanded: string[]): Around => ({
    form: { sections: [] } as unknown as FormDescription,
    setting: {},
    blocks: {},
    today: '2026-11-22',
    demanded,
  })
  const needs = (one: Block, demanded: string[]) => needsField(around(demanded), one, one.fields[0]!, {})
  expect(needs(files, ['proof'])).toBe(true)
  expect(needs(files, [])).toBe(false)
  expect(needs(papers, ['attachment'])).toBe(false)
  expect(needs(papers, ['papers.attachment'])).toBe(true)
  const educations = block('educations', [], { kind: 'rows', rows: { minimum: 1, needed: true } })
  expect(needsBlock(around([]), educations)).toBe(true)
  expect(needsBlock(around([]), papers)).toBe(false)
  expect(needsBlock(around(['papers']), papers)).toBe(true)
})

test('A list shows the columns that the form names, in their order.', () => {
  const educations = block(
    'educations',
    [field('start', { type: 'month' }), field('a'), field('b'), field('c')],
    {
      kind: 'rows',
      rows: { order_by: 'start', columns: ['c', 'a'] },
    },
  )
  expect(layOut(educations).columns.map((column) => column.fields[0]!.id)).toEqual(['start', 'c', 'a'])
})
