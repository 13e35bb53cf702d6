// Remembers every judged photo in the history, and counts it.
import { useEffect } from 'react';

import type { Session } from '../camera/session';
import type { Services } from '../services/services';

export function useRecord(session: Session, services: Services | null): void {
  const photo = session.status === 'judged' ? session.photo : null;
  const judgement = session.status === 'judged' ? session.judgement : null;
  useEffect(() => {
    if (photo !== null && judgement !== null) {
      void services?.history.add(photo, judgement);
      void services?.counter.countCheck(judgement.description.version);
    }
  }, [photo, judgement, services]);
}
