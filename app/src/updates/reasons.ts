// Why a check keeps the model that the phone has: the reason codes of docs/contracts.md and what helps. `strings.updates.reasons` has a sentence for each.

export const REASON_CODES = [
  'network',
  'bad_envelope',
  'bad_signature',
  'unknown_key',
  'wrong_channel',
  'expired',
  'old_sequence',
  'app_too_old',
  'runtime_too_old',
  'bad_manifest_hash',
  'bad_manifest',
  'bad_size',
  'bad_hash',
  'self_test_failed',
  'storage',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** What may help: trying again soon, waiting for the publisher, a newer app, or room and permission on the device. */
export type Remedy = 'retry' | 'wait' | 'update_app' | 'check_device';

export type Refusal = {
  readonly code: ReasonCode;
  readonly remedy: Remedy;
  /** The particulars, for whoever looks into it: addresses, versions, hashes. */
  readonly detail: string;
};

const REMEDIES: Record<ReasonCode, Remedy> = {
  network: 'retry',
  bad_envelope: 'wait',
  bad_signature: 'wait',
  unknown_key: 'update_app',
  wrong_channel: 'wait',
  expired: 'wait',
  old_sequence: 'wait',
  app_too_old: 'update_app',
  runtime_too_old: 'update_app',
  bad_manifest_hash: 'wait',
  bad_manifest: 'wait',
  bad_size: 'retry',
  bad_hash: 'retry',
  self_test_failed: 'wait',
  storage: 'check_device',
};

export function refusal(code: ReasonCode, detail: string): Refusal {
  return { code, remedy: REMEDIES[code], detail };
}
