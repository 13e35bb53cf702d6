// When the next update check is due.
import type { Memory } from './memory';

const CHECK_INTERVAL_MS = 24 * 3_600_000;
/** Asked whenever the app comes into view or the network comes back, so this bounds how often a server in trouble is asked. */
const RETRY_INTERVAL_MS = 60_000;

/** Due when the last check is a day old, or a minute if it failed in a way that may pass. A clock set back makes it due. */
export function isCheckDue({ lastCheck, lastRefusal }: Memory, now: number): boolean {
  if (lastCheck === null || lastCheck.at > now) {
    return true;
  }
  const mayPass = lastCheck.result === 'refused' && lastRefusal?.remedy === 'retry';
  return now - lastCheck.at >= (mayPass ? RETRY_INTERVAL_MS : CHECK_INTERVAL_MS);
}
