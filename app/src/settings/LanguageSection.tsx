// The choice of language: the device's own, or one of those that the app speaks, each by its own name.
import { use } from 'react';

import { type LanguageChoice, LANGUAGES } from '../strings/languages';
import { LanguageContext } from '../strings/use-strings';
import { Choices } from '../ui/Choices';

const NAMES = Object.entries(LANGUAGES) as readonly [keyof typeof LANGUAGES, { readonly name: string }][];

export function LanguageSection() {
  const { strings, choice, choose } = use(LanguageContext);
  const languages: readonly (readonly [LanguageChoice, string])[] = [
    ['device', strings.settings.deviceLanguage],
    ...NAMES.map(([language, { name }]) => [language, name] as const),
  ];
  return (
    <Choices
      question={strings.settings.language}
      answers={languages}
      chosen={choice}
      onChoose={choose}
      testID="language"
    />
  );
}
