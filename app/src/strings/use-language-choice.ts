// Which language is chosen in the settings; the device's own until one is.
import { useEffect, useState } from 'react';

import type { Storage } from '../storage/storage';
import { isLanguage, type LanguageChoice } from './languages';

const RECORD = 'settings/language';

/** `storage` is null while it opens. */
export function useLanguageChoice(
  storage: Storage | null,
): readonly [LanguageChoice, (choice: LanguageChoice) => void] {
  /** Null until the user chooses one, or the kept one is read. */
  const [choice, setChoice] = useState<LanguageChoice | null>(null);
  useEffect(() => {
    storage?.get(RECORD).then(
      (kept) => setChoice((chosen) => chosen ?? (isLanguage(kept) ? kept : 'device')),
      () => undefined,
    );
  }, [storage]);
  return [
    choice ?? 'device',
    (chosen) => {
      setChoice(chosen);
      // A choice that cannot be kept holds until the app is closed.
      void storage?.update(RECORD, () => chosen).catch(() => undefined);
    },
  ];
}
