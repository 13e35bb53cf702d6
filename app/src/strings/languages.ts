// The languages that the app speaks, and which of them a person gets.
import { de } from './de';
import { en } from './en';
import { zh } from './zh';

export type Strings = typeof en;

type Spoken = { readonly name: string; readonly tag: string; readonly strings: Strings };

/** `name` is what its speakers call it, `tag` its BCP 47 tag. The first is for everyone who speaks none of them. */
export const LANGUAGES = {
  en: { name: 'English', tag: 'en', strings: en },
  de: { name: 'Deutsch', tag: 'de', strings: de },
  zh: { name: '简体中文', tag: 'zh-Hans', strings: zh },
} as const satisfies Readonly<Record<string, Spoken>>;

export type Language = keyof typeof LANGUAGES;

/** What is set in the settings: a language, or whatever the device speaks. */
export type LanguageChoice = Language | 'device';

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(LANGUAGES, value);
}

/** Who chose a language may still live where dates look different: the device's own tag of that language is the locale. */
export type Locale = { readonly language: Language; readonly locale: string };

/** `deviceTags`: the device's languages as BCP 47 tags, the preferred one first. */
export function localeFor(choice: LanguageChoice, deviceTags: readonly string[]): Locale {
  const understood = deviceTags.map((tag) => ({ tag, language: tag.toLowerCase().split(/[-_]/)[0] }));
  const language = choice === 'device' ? understood.map((one) => one.language).find(isLanguage) : choice;
  if (language === undefined) {
    return { language: 'en', locale: LANGUAGES.en.tag };
  }
  const own = understood.find((one) => one.language === language);
  return { language, locale: own?.tag ?? LANGUAGES[language].tag };
}
