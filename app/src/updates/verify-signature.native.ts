// Ed25519 signatures on phones, where the screen is drawn by another thread than JavaScript's.
import type { VerifySignature } from './dsse';
import { verifyEd25519 } from './ed25519';

export const verifySignature: VerifySignature = (signature, message, key) =>
  Promise.resolve(verifyEd25519(signature, message, key));
