// Why a check keeps the model that the phone has: the reason codes of docs/contracts.md, a sentence for each, and what helps.

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
  /** A sentence for the user. */
  readonly message: string;
  readonly remedy: Remedy;
  /** The particulars, for whoever looks into it: addresses, versions, hashes. */
  readonly detail: string;
};

const REASONS: Record<ReasonCode, { message: string; remedy: Remedy }> = {
  network: { message: 'The server could not be reached.', remedy: 'retry' },
  bad_envelope: { message: 'The server’s answer could not be read.', remedy: 'wait' },
  bad_signature: { message: 'The update’s signature is wrong, so it was not used.', remedy: 'wait' },
  unknown_key: {
    message: 'The update is signed with a key that this app does not trust.',
    remedy: 'update_app',
  },
  wrong_channel: { message: 'The server offered another channel than the one asked for.', remedy: 'wait' },
  expired: {
    message: 'The server’s offer has expired. If the date on this device is right, try again later.',
    remedy: 'wait',
  },
  old_sequence: { message: 'The server’s offer is older than one seen before.', remedy: 'wait' },
  app_too_old: { message: 'The new model needs a newer version of this app.', remedy: 'update_app' },
  runtime_too_old: { message: 'The new model needs a newer version of this app.', remedy: 'update_app' },
  bad_manifest_hash: {
    message: 'The new model’s description is not the one that was announced.',
    remedy: 'wait',
  },
  bad_manifest: { message: 'The new model’s description could not be understood.', remedy: 'wait' },
  bad_size: { message: 'The download does not have the announced size.', remedy: 'retry' },
  bad_hash: { message: 'The model file is damaged.', remedy: 'retry' },
  self_test_failed: { message: 'The model did not pass its test on this device.', remedy: 'wait' },
  storage: { message: 'The model could not be kept on this device. Is it full?', remedy: 'check_device' },
};

export function refusal(code: ReasonCode, detail: string): Refusal {
  return { code, ...REASONS[code], detail };
}
