// An update that is there for the taking, but not taken unasked.
import type { AnyDescription } from '../model/description';
import { isChosen } from '../storage/choices';
import type { Storage } from '../storage/storage';

export type Offer = {
  readonly version: string;
  readonly sizeBytes: number;
  readonly releaseNotes: string;
  /** Its download would cost the user money, or the user went back from it. */
  readonly because: 'metered' | 'declined';
};

export function offerOf(
  { version, size_bytes: sizeBytes, release_notes: releaseNotes = '' }: AnyDescription,
  because: Offer['because'],
): Offer {
  return { version, sizeBytes, releaseNotes, because };
}

/** Whether a download now would cost money that the user has not agreed to. */
export async function wouldCost({
  isMetered,
  storage,
}: {
  readonly isMetered: () => Promise<boolean>;
  readonly storage: Storage;
}): Promise<boolean> {
  return (await isMetered()) && !(await isChosen(storage, 'mobileData'));
}
