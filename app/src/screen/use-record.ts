// Remembers every judged photo in the history, and counts it.
import { useEffect } from 'react';

import type { Session } from '../camera/session';
import type { Services } from '../services/services';

export function useRecord(session: Session, services: Services | null): void {
  useEffect(() => {
    if (session.status === 'judged') {
      void services?.history.add(session.photo, session.judgement);
      void services?.counter.countCheck(session.judgement.description.version);
    }
  }, [session, services]);
}
