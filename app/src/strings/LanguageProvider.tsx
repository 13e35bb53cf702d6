// Gives the app its language: the one chosen in the settings, or the first of the device's that it speaks.
import { useLocales } from 'expo-localization';
import { type ReactNode, useEffect, useMemo } from 'react';
import { Platform } from 'react-native';

import type { Storage } from '../storage/storage';
import { formatFor } from './format';
import { LANGUAGES, localeFor } from './languages';
import { useLanguageChoice } from './use-language-choice';
import { LanguageContext } from './use-strings';

type Props = { readonly storage: Storage | null; readonly children: ReactNode };

export function LanguageProvider({ storage, children }: Props) {
  const [choice, choose] = useLanguageChoice(storage);
  const device = useLocales().map(({ languageTag }) => languageTag);
  const { language, locale } = localeFor(choice, device);
  const { strings, tag } = LANGUAGES[language];
  const format = useMemo(() => formatFor(locale), [locale]);
  useEffect(() => {
    if (Platform.OS === 'web') {
      document.documentElement.lang = tag;
      document.title = strings.pageTitle;
    }
  }, [tag, strings]);
  return <LanguageContext value={{ language, strings, format, choice, choose }}>{children}</LanguageContext>;
}
