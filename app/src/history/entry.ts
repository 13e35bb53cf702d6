// One judged photo as the device remembers it; its picture lies beside it, as a blob.
import * as v from 'valibot';

import type { Photo } from '../pixels/photo';
import type { Judgement } from '../verdict/judge';

const Entry = v.object({
  id: v.string(),
  /** RFC 3339. */
  takenAt: v.string(),
  verdict: v.picklist(['positive', 'negative']),
  /** What the verdict was called by the model of the time. */
  label: v.string(),
  score: v.number(),
});

export type HistoryEntry = Readonly<v.InferOutput<typeof Entry>>;

export function entryOf(id: string, photo: Photo, judgement: Judgement): HistoryEntry {
  const { verdict, description, prediction } = judgement;
  return { id, takenAt: photo.takenAt, verdict, label: description.labels[verdict], score: prediction.score };
}

/** Null for what an older app, or nobody, wrote. */
export function parseEntry(record: unknown): HistoryEntry | null {
  const parsed = v.safeParse(Entry, record);
  return parsed.success ? parsed.output : null;
}

/** The latest first. */
export function byTime(a: HistoryEntry, b: HistoryEntry): number {
  return b.takenAt.localeCompare(a.takenAt);
}
