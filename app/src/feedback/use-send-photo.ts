// Whether the photo goes along with a report: off until chosen, then as chosen last.
import { useEffect, useState } from 'react';

import type { Storage } from '../storage/storage';

const RECORD = 'settings/send-photo';

export function useSendPhoto(storage: Storage): readonly [boolean, (send: boolean) => void] {
  const [send, setSend] = useState(false);
  useEffect(() => {
    void storage.get(RECORD).then((kept) => setSend(kept === true));
  }, [storage]);
  return [
    send,
    (chosen) => {
      setSend(chosen);
      // A choice that cannot be kept is off again next time, which is the safe side.
      void storage.update(RECORD, () => chosen).catch(() => undefined);
    },
  ];
}
