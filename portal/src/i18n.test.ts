import { describe, expect, it } from 'vitest'
import { i18n, speak, t } from './i18n'

type Words = { [key: string]: string | Words }
const texts = {
  'zh-CN': flat(import.meta.glob<Words>('./locales/zh-CN/*.json', { eager: true, import: 'default' })),
  en: flat(import.meta.glob<Words>('./locales/en/*.json', { eager: true, import: 'default' })),
}

function flat(words: Words, before = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([key, word]) => {
      const at = before + key.replace(/^.*\/(.*)\.json$/, '$1')
      return typeof word === 'string' ? [[at, word]] : Object.entries(flat(word, `${at}.`))
    }),
  )
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
/** Verbs and the like that end as plurals do. */
const NO_PLURALS = [
  'is',
  'was',
  'has',
  'as',
  'its',
  'holds',
  'declares',
  'waits',
  'fits',
  'differs',
  'goes',
  'yes',
  'others',
]
/** What is never 1, and one of so many: “1 of 3 files”, “at most 1,000 characters”, “half of all judges”. */
const NEVER_ONE = /of \{\w+\}|\{(limit|most|share)\}/g

/** Whether a noun or verb in the plural follows a number. */
function isCounted(text: string): boolean {
  return [...text.replace(NEVER_ONE, '').matchAll(/\{\w+\}((?: [a-z-]+){1,3})/g)].some((found) =>
    found[1]!
      .trim()
      .split(' ')
      .some(
        (word) =>
          (/[^s]s$/.test(word) && !NO_PLURALS.includes(word)) || /^(people|are|were|have)$/.test(word),
      ),
  )
}

describe('words', () => {
  it('are the same in both languages, and take the same', () => {
    expect(Object.keys(texts.en).sort()).toEqual(Object.keys(texts['zh-CN']).sort())
    for (const [key, text] of Object.entries(texts.en))
      expect(placeholders(text), key).toEqual(placeholders(texts['zh-CN'][key]!))
  })

  it('have a singular in English wherever they count, and one form in Chinese', () => {
    const lacking = Object.entries(texts.en).filter(([, text]) => !text.includes(' | ') && isCounted(text))
    expect(lacking).toEqual([])
    for (const [key, text] of Object.entries(texts.en).filter(([, text]) => text.includes(' | '))) {
      const forms = text.split(' | ')
      expect(forms.length, key).toBe(2)
      expect(placeholders(text), key).toContain('{n}')
      expect(isCounted(forms[0]!), `${key}: ${forms[0]}`).toBe(false)
    }
    expect(Object.entries(texts['zh-CN']).filter(([, text]) => text.includes('|'))).toEqual([])
  })

  it('say one or many by the number, also where it was written with its thousands', async () => {
    expect(t('form.fileCount', { n: 1 })).toBe('1 份')
    await speak('en')
    expect(t('form.fileCount', { n: 1 })).toBe('1 file')
    expect(t('form.fileCount', { n: 0 })).toBe('0 files')
    expect(t('form.fileCount', { n: '1' })).toBe('1 file')
    expect(t('form.fileCount', { n: '1,000' })).toBe('1,000 files')
    expect(t('common.quoteNumber', { number: 7 })).toBe('(no. 7)')
    await speak('zh-CN')
    expect(i18n.global.locale.value).toBe('zh-CN')
  })
})
