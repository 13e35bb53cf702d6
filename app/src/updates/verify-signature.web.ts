// Ed25519 signatures in the browser: in the worker, so that the page draws on.
import { askWorker } from '../worker/client';
import type { VerifySignature } from './dsse';

export const verifySignature: VerifySignature = (signature, message, key) =>
  askWorker('verifySignature', { signature, message, key });
