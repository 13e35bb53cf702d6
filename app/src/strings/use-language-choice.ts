// Which language is chosen in the settings; the device's own until one is.
import { useEffect, useState } from 'react';

import type { Storage } from '../storage/storage';
import { isLanguage, type LanguageChoice } from './languages';

const RECORD = 'settings/language';

/** `storage` is null while it opens. */
export function useLanguageChoice(
  storage: Storage | null,
): readonly [LanguageChoice, (choice: LanguageChoice) => void] {
  const [choice, setChoice] = useState<LanguageChoice>('device');
  useEffect(() => {
    void storage?.get(RECORD).then((kept) => setChoice(isLanguage(kept) ? kept : 'device'));
  }, [storage]);
  return [
    choice,
    (chosen) => {
      setChoice(chosen);
      // A choice that cannot be kept holds until the app is closed.
      void storage?.update(RECORD, () => chosen).catch(() => undefined);
    },
  ];
}
