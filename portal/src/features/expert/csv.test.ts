import { expect, it } from 'vitest'
import { csvOf } from './csv'

it('writes what spreadsheets read, and nothing that they would compute', () => {
  expect(
    csvOf([
      ['姓名', '单位'],
      ['=1+1', '甲"乙"'],
    ]),
  ).toBe('\uFEFF"姓名","单位"\r\n"\'=1+1","甲""乙"""\r\n')
})
