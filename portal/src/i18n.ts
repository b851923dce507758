/** Words of the pages: one file per feature and language; Chinese is the source, English a switch. */
import { createI18n } from 'vue-i18n'

export type Locale = 'zh-CN' | 'en'
type Words = { [key: string]: string | Words }

const KEPT_UNDER = 'zhiping.locale'
const chinese = import.meta.glob<Words>('./locales/zh-CN/*.json', { eager: true, import: 'default' })
const english = import.meta.glob<Words>('./locales/en/*.json', { import: 'default' })

const nameOf = (file: string) => file.replace(/^.*\/(.*)\.json$/, '$1')

export const i18n = createI18n({
  legacy: false,
  globalInjection: false, // `$t` in templates is the `t` below
  locale: 'zh-CN' as Locale,
  fallbackLocale: 'zh-CN',
  messages: {
    'zh-CN': Object.fromEntries(Object.entries(chinese).map(([file, words]) => [nameOf(file), words])),
  } as Record<string, Words>,
})

/** What a page says. Of a message with two forms, `n` chooses: the first for 1, also where it was written by `count`. */
export function t(key: string, named: Record<string, unknown> = {}): string {
  if (named.n === undefined) return i18n.global.t(key, named)
  const n = String(named.n)
  return i18n.global.t(key, { ...named, n }, n === '1' ? 1 : 2)
}

export function currentLocale(): Locale {
  return i18n.global.locale.value as Locale
}

/** Change the language of the page; it is remembered in this browser. */
export async function speak(locale: Locale): Promise<void> {
  if (locale === 'en') {
    const files = await Promise.all(
      Object.entries(english).map(async ([file, load]) => [nameOf(file), await load()] as const),
    )
    i18n.global.setLocaleMessage('en', Object.fromEntries(files))
  }
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  try {
    localStorage.setItem(KEPT_UNDER, locale)
  } catch {
    // A browser that keeps nothing speaks Chinese the next time.
  }
}

/** The language that was chosen last in this browser. */
export function rememberedLocale(): Locale {
  try {
    return localStorage.getItem(KEPT_UNDER) === 'en' ? 'en' : 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}
