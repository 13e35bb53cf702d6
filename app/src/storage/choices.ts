// What the user has chosen to allow. Everything is off until chosen, and stays as chosen last.
import type { Storage } from './storage';

/** `sendPhoto`: with a report; `mobileData`: for new models; `sendCounts`: of checks and updates. */
export type Choice = 'sendPhoto' | 'mobileData' | 'sendCounts';

const record = (choice: Choice) => `choices/${choice}`;

/** A choice that cannot be read is off, which is the safe side. */
export async function isChosen(storage: Storage, choice: Choice): Promise<boolean> {
  return (await storage.get(record(choice)).catch(() => undefined)) === true;
}

/** A choice that cannot be kept is off again next time. */
export async function choose(storage: Storage, choice: Choice, on: boolean): Promise<void> {
  await storage.update(record(choice), () => on).catch(() => undefined);
}
