// Boxes that are steady from frame to frame: what a detector finds in one frame is joined to what it found in the frames before.
import { generalisedOverlapOf } from './boxes';
import type { Box, ScoredBox } from './detector';

/** One thing, followed. */
export type Track = {
  readonly id: number;
  /** Smoothed, as is `score`. */
  readonly box: Box;
  readonly score: number;
  /** In how many frames it was seen, and in how many since it was seen last. */
  readonly seen: number;
  readonly missed: number;
  /** When it was seen last, as `Tracks.at`. */
  readonly seenAt: number;
};

/** `at` is the time of the last frame, in milliseconds of a clock that never goes back. */
export type Tracks = { readonly at: number; readonly all: readonly Track[]; readonly nextId: number };

export const NO_TRACKS: Tracks = { at: 0, all: [], nextId: 1 };

/** Least generalised overlap of one thing's boxes in two frames: a thing that moves by less than its own width is still followed. */
const SAME = 0;
/** Time in which a smoothed box makes up 63 % of a step. */
const SMOOTHING_MS = 90;
/** A thing is shown when it was seen this often: a box in one frame alone is no thing. */
const SIGHTINGS = 2;
/** A thing that is not seen for so long, and in more than one frame, is gone. */
const PATIENCE_MS = 400;
/** For so long it is drawn fading, and comes back if it is seen again. */
const FADING_MS = 200;
/** After a pause this long the next frame starts anew: what was seen before says nothing about it. */
const FORGET_MS = 1000;

/** Follows what was seen so far into one more frame, in which `found` was found. */
export function follow(before: Tracks, found: readonly ScoredBox[], at: number): Tracks {
  const known = at - before.at > FORGET_MS ? [] : before.all;
  const pairs = pairUp(known, found);
  const share = 1 - Math.exp(-(at - before.at) / SMOOTHING_MS);
  const followed = known.map((track, i) => {
    const next = pairs.get(i);
    return next === undefined
      ? { ...track, missed: track.missed + 1 }
      : {
          ...track,
          box: towards(track.box, next.box, share),
          score: track.score + (next.score - track.score) * share,
          seen: track.seen + 1,
          missed: 0,
          seenAt: at,
        };
  });
  const joined = new Set(pairs.values());
  const fresh = found
    .filter((one) => !joined.has(one))
    .map((one, i): Track => ({ ...one, id: before.nextId + i, seen: 1, missed: 0, seenAt: at }));
  // What was not seen twice in a row was nothing.
  const all = [...followed, ...fresh].filter(
    (track) => (isConfirmed(track) || track.missed === 0) && !isLost(track, at, PATIENCE_MS + FADING_MS),
  );
  return { at, all, nextId: before.nextId + fresh.length };
}

/** The things that are there. */
export function present({ all, at }: Tracks): readonly Track[] {
  return all.filter((track) => isConfirmed(track) && !isLost(track, at, PATIENCE_MS));
}

/** The things that were there a moment ago, for their boxes to fade. */
export function fading({ all, at }: Tracks): readonly Track[] {
  return all.filter((track) => isConfirmed(track) && isLost(track, at, PATIENCE_MS));
}

function isConfirmed({ seen }: Track): boolean {
  return seen >= SIGHTINGS;
}

function isLost({ missed, seenAt }: Track, at: number, patience: number): boolean {
  return missed > 1 && at - seenAt > patience;
}

/** Which box of this frame each track goes on in: the pairs that overlap most first. */
function pairUp(tracks: readonly Track[], found: readonly ScoredBox[]): ReadonlyMap<number, ScoredBox> {
  const candidates = tracks
    .flatMap((track, i) =>
      found.map((one) => ({ i, one, overlap: generalisedOverlapOf(track.box, one.box) })),
    )
    .filter(({ overlap }) => overlap > SAME)
    .sort((a, b) => b.overlap - a.overlap);
  const pairs = new Map<number, ScoredBox>();
  const taken = new Set<ScoredBox>();
  for (const { i, one } of candidates) {
    if (!pairs.has(i) && !taken.has(one)) {
      pairs.set(i, one);
      taken.add(one);
    }
  }
  return pairs;
}

function towards(from: Box, to: Box, share: number): Box {
  const edge = (i: 0 | 1 | 2 | 3) => from[i] + (to[i] - from[i]) * share;
  return [edge(0), edge(1), edge(2), edge(3)];
}
