// The trial that every model stands before it is used, downloaded, stored or bundled: right bytes, loads, scores the self-test.
import type { Classifier, LoadClassifier } from '../classifier/classifier';
import type { ModelDescription } from '../model/description';
import { passesSelfTest, selfTestTensor } from '../model/self-test';
import { failed, ok, type Result } from '../result';
import { refusal, type Refusal } from './reasons';

/** SHA-256 as lower-case hex. */
export type Digest = (bytes: Uint8Array) => Promise<string>;

/** Checks size and hash of a model file. */
export async function checkBytes(
  bytes: Uint8Array,
  description: ModelDescription,
  digest: Digest,
): Promise<Refusal | null> {
  if (bytes.length !== description.size_bytes) {
    return refusal('bad_size', `${bytes.length} bytes, announced ${description.size_bytes}`);
  }
  const hash = await digest(bytes);
  return hash === description.sha256
    ? null
    : refusal('bad_hash', `SHA-256 is ${hash}, announced ${description.sha256}`);
}

/** Loads checked bytes into an interpreter of their own and tries it; one that fails is disposed of. */
export async function selfTest(
  bytes: Uint8Array,
  description: ModelDescription,
  load: LoadClassifier,
): Promise<Result<Classifier, Refusal>> {
  let classifier: Classifier | undefined;
  try {
    classifier = await load(bytes, description);
    const { score } = await classifier.classify(
      selfTestTensor(description.self_test.seed, description.input.width),
    );
    if (passesSelfTest(description, score)) {
      return ok(classifier);
    }
    await classifier.dispose();
    const { score: promised, tolerance } = description.self_test;
    return failed(refusal('self_test_failed', `scored ${score}, promised ${promised} ± ${tolerance}`));
  } catch (error) {
    await classifier?.dispose().catch(() => undefined);
    return failed(refusal('self_test_failed', `version ${description.version}: ${String(error)}`));
  }
}
