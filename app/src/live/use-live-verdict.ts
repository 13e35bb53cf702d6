// Looks through the camera again and again while it is on the screen.
import { type RefObject, useEffect, useState } from 'react';

import type { CameraHandle } from '../camera/camera';
import type { ModelState } from '../updates/model-state';
import { glance, type LiveVerdict } from './live-verdict';

/** Ten glances a second are smooth; more would only warm the phone. */
const PERIOD_MS = 100;

/** Null until the first glance. A swap of models starts anew. */
export function useLiveVerdict(feed: RefObject<CameraHandle | null>, model: ModelState): LiveVerdict | null {
  const [seen, setSeen] = useState<LiveVerdict | null>(null);
  useEffect(() => {
    if (model.status !== 'ready') {
      return;
    }
    const { description } = model;
    let last: LiveVerdict | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;

    const look = async (): Promise<void> => {
      const began = performance.now();
      try {
        const score = await model.use(async (classifier) => {
          const tensor = await feed.current?.glance(description.input.height);
          return tensor === undefined ? null : (await classifier.classify(tensor)).score;
        });
        if (score !== null && !gone) {
          last = glance(last, score, performance.now(), description.threshold);
          setSeen(last);
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
      setSeen(null);
    };
  }, [feed, model]);
  return seen;
}
