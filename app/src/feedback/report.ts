// A report that the app was wrong: what is sent (docs/contracts.md, HTTP API), and what the device keeps of it.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

import { randomBytes } from '../storage/random';
import { randomUuid } from '../storage/uuid';

export const MAX_COMMENT_LENGTH = 1000;

const PLATFORMS = ['web', 'ios', 'android'] as const;
const Label = v.picklist(['positive', 'negative']);

const FeedbackReport = v.object({
  id: v.string(),
  install_id: v.string(),
  deletion_token_hash: v.string(),
  model_version: v.string(),
  score: v.number(),
  verdict: Label,
  claimed_label: Label,
  comment: v.exactOptional(v.string()),
  app_version: v.string(),
  platform: v.picklist(PLATFORMS),
  taken_at: v.string(),
});

/** Times in milliseconds since 1970. `sending` is never kept: after a kill the report is queued, and sent again under its id. */
const ReportState = v.variant('status', [
  v.object({
    status: v.literal('queued'),
    attempts: v.number(),
    notBefore: v.number(),
    askedToWait: v.boolean(),
  }),
  v.object({ status: v.literal('sending') }),
  v.object({ status: v.literal('sent'), at: v.number() }),
  v.object({ status: v.literal('refused'), code: v.optional(v.string(), ''), message: v.string() }),
  v.object({ status: v.literal('not_withdrawn'), code: v.string(), message: v.string() }),
  v.object({
    status: v.literal('withdrawing'),
    attempts: v.number(),
    notBefore: v.number(),
    askedToWait: v.boolean(),
  }),
]);

/** Reasons for a refusal that `strings.report.refusals` has a sentence for: the server's, and `photo_lost`, which is the device's. */
export const REFUSAL_CODES = ['conflict', 'forbidden', 'gone', 'invalid', 'photo_lost', 'too_large'] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export const StoredReport = v.object({
  report: FeedbackReport,
  deletionToken: v.string(),
  hasPhoto: v.boolean(),
  madeAt: v.number(),
  state: ReportState,
});

export type Platform = (typeof PLATFORMS)[number];
export type FeedbackReport = v.InferOutput<typeof FeedbackReport>;
export type ReportState = v.InferOutput<typeof ReportState>;
export type StoredReport = v.InferOutput<typeof StoredReport>;

/** What the user and the screen say; the rest is added here. */
export type Draft = Omit<FeedbackReport, 'id' | 'deletion_token_hash' | 'comment'> & {
  readonly comment: string;
};

/** Makes the report to be sent, under an id of its own. Only the phone knows the token that deletes it again. */
export function newReport({ comment, ...draft }: Draft, hasPhoto: boolean, now: number): StoredReport {
  const deletionToken = bytesToHex(randomBytes(32));
  // NUL is the one character that the server's database cannot keep. Cut between characters: half an emoji is no text.
  const text = Array.from(comment.replaceAll('\0', '').trim()).slice(0, MAX_COMMENT_LENGTH).join('');
  return {
    report: {
      ...draft,
      id: randomUuid(),
      deletion_token_hash: bytesToHex(sha256(utf8ToBytes(deletionToken))),
      ...(text === '' ? {} : { comment: text }),
    },
    deletionToken,
    hasPhoto,
    madeAt: now,
    state: { status: 'queued', attempts: 0, notBefore: now, askedToWait: false },
  };
}
