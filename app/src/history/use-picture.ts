// A remembered picture as an address that an image can show, on every platform.
import { base64 } from '@scure/base';
import { useEffect, useState } from 'react';

import type { History } from './history';

/** Null while it is read, and when it is gone. */
export function usePicture(history: History, id: string): string | null {
  const [uri, setUri] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    void history.picture(id).then((jpeg) => {
      if (!gone && jpeg !== undefined) {
        setUri(`data:image/jpeg;base64,${base64.encode(jpeg)}`);
      }
    });
    return () => {
      gone = true;
    };
  }, [history, id]);
  return uri;
}
