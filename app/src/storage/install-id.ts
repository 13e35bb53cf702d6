// The install id: random, made at first start; it picks the roll-out bucket and lets an install's reports be counted.
import { randomUuid } from './uuid';
import type { Storage } from './storage';

const RECORD = 'install-id';

/** Returns the install's UUID; rejects when it cannot be kept, rather than give another each time. */
export async function installId(storage: Storage): Promise<string> {
  let id = await storage.get(RECORD);
  if (typeof id !== 'string') {
    await storage.update(RECORD, (present) => (id = typeof present === 'string' ? present : randomUuid()));
  }
  return id as string;
}
