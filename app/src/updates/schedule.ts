// When the next update check is due.
import type { Memory } from './memory';

const HOUR_MS = 3_600_000;
const CHECK_INTERVAL_MS = 24 * HOUR_MS;
const RETRY_INTERVAL_MS = HOUR_MS;

/** Due when the last check is a day old, or an hour if it failed in a way that may pass. A clock set back makes it due. */
export function isCheckDue({ lastCheck, lastRefusal }: Memory, now: number): boolean {
  if (lastCheck === null || lastCheck.at > now) {
    return true;
  }
  const mayPass = lastCheck.result === 'refused' && lastRefusal?.remedy === 'retry';
  return now - lastCheck.at >= (mayPass ? RETRY_INTERVAL_MS : CHECK_INTERVAL_MS);
}
