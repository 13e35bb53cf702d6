// Looks through the camera again and again while it is asked to: for the verdict, and for where things are.
import { type RefObject, useEffect, useState } from 'react';

import type { CameraHandle } from '../camera/camera';
import { detectorFor, type DetectorState } from '../detection/detector-state';
import { follow, NO_TRACKS, type Tracks } from '../detection/track';
import { Observable } from '../observable';
import type { ModelState } from '../updates/model-state';
import { glance, type LiveVerdict } from './live-verdict';

/** `boxes` is null where no detector runs, and empty while the verdict is negative: boxes never contradict it. */
export type LiveView = { readonly verdict: LiveVerdict; readonly boxes: Tracks | null };

/** Ten glances a second are smooth; more would only warm the phone. */
const PERIOD_MS = 100;

/**
 * Null until the first glance. A swap of classifiers starts anew. An observable, so that only what shows the view is drawn at each
 * glance, not the screen.
 */
export function useLiveView(
  feed: RefObject<CameraHandle | null>,
  model: ModelState,
  detector: Observable<DetectorState>,
  on: boolean,
): Observable<LiveView | null> {
  const [view] = useState(() => new Observable<LiveView | null>(null));
  useEffect(() => {
    if (!on || model.status !== 'ready') {
      return;
    }
    const { description } = model;
    let verdict: LiveVerdict | null = null;
    let tracks: Tracks = NO_TRACKS;
    let followed: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;

    const look = async (): Promise<void> => {
      const began = performance.now();
      try {
        const finder = detectorFor(detector.get(), description);
        const seen = await model.use(async (classifier) => {
          const resolutions = [description, ...(finder === null ? [] : [finder.description])].map(
            ({ input }) => input.height,
          );
          const [tensor, larger] = (await feed.current?.glance(resolutions)) ?? [];
          if (tensor === undefined) {
            return null;
          }
          const [{ score }, found] = await Promise.all([
            classifier.classify(tensor),
            larger === undefined
              ? null
              : // A detector that fails takes nothing from the verdict.
                (finder?.use((eye) => eye.detect(larger)).catch(() => null) ?? null),
          ]);
          return { score, found };
        });
        if (seen !== null && !gone) {
          const at = performance.now();
          verdict = glance(verdict, seen.score, at, description.threshold);
          if (finder !== null && followed !== finder.description.sha256) {
            tracks = NO_TRACKS;
            followed = finder.description.sha256;
          }
          if (seen.found !== null) {
            tracks = follow(tracks, seen.found, at);
          }
          view.set({
            verdict,
            boxes: finder === null ? null : verdict.verdict === 'positive' ? tracks : NO_TRACKS,
          });
        }
      } catch {
        // A frame that the camera does not give is one glance less.
      }
      if (!gone) {
        timer = setTimeout(() => void look(), Math.max(0, PERIOD_MS - (performance.now() - began)));
      }
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
      view.set(null);
    };
  }, [feed, model, detector, on, view]);
  return view;
}
