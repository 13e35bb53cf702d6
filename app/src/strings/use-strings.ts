// The words and formats of the language that is on, for components.
import { createContext, useContext } from 'react';

import { type Format, formatFor } from './format';
import { type Language, type LanguageChoice, LANGUAGES, type Strings } from './languages';

export type Spoken = {
  readonly language: Language;
  readonly strings: Strings;
  readonly format: Format;
  readonly choice: LanguageChoice;
  readonly choose: (choice: LanguageChoice) => void;
};

/** English outside a LanguageProvider. */
export const LanguageContext = createContext<Spoken>({
  language: 'en',
  strings: LANGUAGES.en.strings,
  format: formatFor(LANGUAGES.en.tag),
  choice: 'device',
  choose: () => undefined,
});

export function useStrings(): Strings {
  return useContext(LanguageContext).strings;
}

export function useFormat(): Format {
  return useContext(LanguageContext).format;
}

/** Translates a model's label; one that no translation is known for stays as the model has it. */
export function useLabel(): (label: string) => string {
  const { labels } = useStrings();
  return (label) => labels[label] ?? label;
}
