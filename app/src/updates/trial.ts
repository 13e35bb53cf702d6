// The trial that every model stands before it is used, downloaded, stored or bundled: right bytes, loads, passes the self-test.
import type { AnyDescription } from '../model/description';
import { selfTestTensor } from '../model/self-test';
import { failed, ok, type Result } from '../result';
import type { Kind, LoadModel, RunningModel } from './kind';
import { refusal, type Refusal } from './reasons';

/** SHA-256 as lower-case hex. */
export type Digest = (bytes: Uint8Array) => Promise<string>;

/** Checks size and hash of a model file. */
export async function checkBytes(
  bytes: Uint8Array,
  description: AnyDescription,
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

export type TrialOptions<Model extends RunningModel> = {
  readonly kind: Kind<Model>;
  readonly load: LoadModel<Model>;
};

/** Loads checked bytes into an interpreter of their own and tries them; a model that fails is disposed of. */
export async function selfTest<Model extends RunningModel>(
  bytes: Uint8Array,
  description: Model['description'],
  { kind, load }: TrialOptions<Model>,
): Promise<Result<Model, Refusal>> {
  let model: Model | undefined;
  try {
    model = await load(bytes, description);
    const picture = selfTestTensor(description.self_test.seed, description.input.width);
    const flaw = await kind.flawIn(model, picture);
    if (flaw === null) {
      return ok(model);
    }
    await model.dispose();
    return failed(refusal('self_test_failed', flaw));
  } catch (error) {
    await model?.dispose().catch(() => undefined);
    return failed(refusal('self_test_failed', `version ${description.version}: ${String(error)}`));
  }
}
