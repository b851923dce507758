/** Values in the reader's words: codes as labels, numbers and dates as they are read. */
import { t } from '@/i18n'
import { word } from '@/frames/portal'
import { choices, pathBefore } from './cascade'
import type { Block, Catalogue, FormField, Option, Values } from './types'

/** The lists that tell what codes mean. */
export interface Words {
  options: Readonly<Record<string, readonly Option[]>>
  catalogue: Catalogue | undefined
}

/** A value as it is read, empty where there is none. */
export function valueText(block: Block, field: FormField, values: Values, words: Words): string {
  const value = values[field.id]
  if (value === undefined || value === null || value === '') return ''
  const code = String(value)
  if (field.type === 'yes_no') return t(code === 'yes' ? 'form.yes' : 'form.no')
  if (field.type === 'cascade' && words.catalogue) {
    const path = pathBefore(block, field, values)
    return (path && choices(words.catalogue, path)[code]) || code
  }
  if (field.options && field.type === 'select') {
    const option = words.options[field.options]?.find((one) => one.code === code)
    return option ? word(option.label) : code
  }
  return code
}

/** A question as the name of what is true: 是否第一学历 → 第一学历. */
export function flagText(field: FormField): string {
  return word(field.label).replace(/^是否/, '')
}
