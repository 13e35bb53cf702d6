// A publisher for tests: real keys, real signatures, a real HTTP server, and faults on request.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';

import type { AnyDescription, ModelDescription } from '../../model/description';
import { CHANNEL_TYPE, type Channel } from '../channel';
import { preAuthenticationEncoding } from '../dsse';
import { CLASSIFIER, DETECTOR } from '../kind';
import { MANIFEST_TYPE } from '../manifest';
import { keyId, type TrustedKeys } from '../trusted-keys';
import { type Answer, offsetIn, serve } from './serve-file';

export const NOW = Date.parse('2026-11-24T12:00:00Z');

export type KeyPair = { readonly id: string; readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };

export function makeKey(): KeyPair {
  const { secretKey, publicKey } = ed25519.keygen();
  return { id: keyId(publicKey), secretKey, publicKey };
}

export function sign(payloadType: string, payload: Uint8Array, key: KeyPair): Uint8Array {
  const signature = ed25519.sign(preAuthenticationEncoding(payloadType, payload), key.secretKey);
  const signatures = [{ keyid: key.id, sig: base64.encode(signature) }];
  return json({ payloadType, payload: base64.encode(payload), signatures });
}

export function json(document: unknown): Uint8Array {
  return utf8ToBytes(JSON.stringify(document));
}

/** A description of `weights` that passes the schema; a test's classifier scores their first byte / 255. */
export function describeModel(
  version: string,
  weights: Uint8Array,
  changes: Partial<ModelDescription> = {},
): ModelDescription {
  const output = { shape: [1, 1] as [number, number], dtype: 'float32' as const };
  return {
    schema_version: 1,
    kind: 'classifier',
    name: 'deepdog',
    version,
    created_at: '2026-11-24T08:00:00Z',
    git_commit: '0'.repeat(40),
    data_sha256: '0'.repeat(64),
    architecture: { name: 'deepdog', alpha: 0.5, resolution: 32 },
    labels: { negative: 'Not hotdog', positive: 'Hotdog' },
    threshold: 0.9,
    input: { height: 32, width: 32, dtype: 'uint8' },
    outputs: [
      { name: 'score', ...output },
      { name: 'heatmap', ...output, shape: [1, 1, 1, 1] },
    ],
    sha256: bytesToHex(sha256(weights)),
    size_bytes: weights.length,
    quantisation: { scheme: 'int8', representative_images: 1 },
    min_runtime_version: '2.1.0',
    min_app_version: '1.0.0',
    metrics: {
      split: 'test',
      positives: 1,
      negatives: 1,
      auc: 1,
      recall: 1,
      false_alarm_rate: 0,
      accuracy: 1,
    },
    self_test: { seed: 1, score: (weights[0] ?? 0) / 255, tolerance: 0.01 },
    ...changes,
  };
}

export type Publication = {
  readonly model: AnyDescription;
  readonly weights: Uint8Array;
  readonly channel?: Partial<Channel>;
  readonly channelKey?: KeyPair;
  readonly releaseKey?: KeyPair;
};

export class Publisher {
  readonly releaseKey = makeKey();
  readonly channelKey = makeKey();
  readonly keys: TrustedKeys = {
    number: 1,
    release: new Map([[this.releaseKey.id, this.releaseKey.publicKey]]),
    channel: new Map([[this.channelKey.id, this.channelKey.publicKey]]),
  };
  /** What is served, by path; a test may replace bytes or answer by itself. */
  readonly files = new Map<string, Uint8Array | Answer>();
  readonly requests: string[] = [];
  /** The first byte that each request asked for. */
  readonly offsets: number[] = [];
  baseUrl = '';
  private readonly server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    this.requests.push(path);
    const file = this.files.get(path);
    this.offsets.push(offsetIn(request));
    if (file instanceof Uint8Array) {
      serve(file)(response, request);
    } else if (file === undefined) {
      response.writeHead(404).end();
    } else {
      file(response, request);
    }
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
    this.baseUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Puts model and manifest in place and announces them; returns the channel document. */
  publish({ model, weights, channel, channelKey, releaseKey }: Publication): Channel {
    const manifest = sign(MANIFEST_TYPE, json(model), releaseKey ?? this.releaseKey);
    const kind = model.kind === 'detector' ? DETECTOR : CLASSIFIER;
    this.files.set(`/${kind.manifests}/${model.version}.json`, manifest);
    this.files.set(`/models/${model.sha256}.tflite`, weights);
    const document: Channel = {
      schema_version: 1,
      channel: kind.channel,
      sequence: 1,
      manifest: { version: model.version, sha256: bytesToHex(sha256(manifest)) },
      previous: null,
      rollout: { percent: 100, salt: '0'.repeat(32) },
      min_app_version: '1.0.0',
      issued_at: '2026-11-24T08:00:00Z',
      expires_at: '2026-12-24T08:00:00Z',
      ...channel,
    };
    this.announce(document, channelKey);
    return document;
  }

  announce(channel: Channel, key = this.channelKey): void {
    this.files.set(`/channels/${channel.channel}.json`, sign(CHANNEL_TYPE, json(channel), key));
  }
}
