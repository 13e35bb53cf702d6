// How one of several answers is chosen in the browser: by Space, and by the arrow keys from whichever is chosen, which alone the Tab key leads to
// (ARIA Authoring Practices, "Radio Group Pattern").
import type { KeyboardEvent } from 'react';

import { pressingBySpace } from './pressing-by-space';
import type { Choosing } from './pressing-types';

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export function choosing(onChoose: () => void, chosen: boolean): Choosing {
  const pressing = pressingBySpace(onChoose);
  return {
    ...pressing,
    tabIndex: chosen ? 0 : -1,
    onKeyDown: (event) => {
      const step = STEPS[event.key];
      if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) {
        pressing.onKeyDown?.(event);
        return;
      }
      event.preventDefault(); // Else the page scrolls.
      const next = neighbour(event.currentTarget, step);
      next?.focus();
      next?.click();
    },
  };
}

/** The answer that follows or precedes another of its group, around the ends too. */
function neighbour(answer: KeyboardEvent['currentTarget'], step: 1 | -1): HTMLElement | undefined {
  const group = [
    ...(answer.closest('[role=radiogroup]')?.querySelectorAll<HTMLElement>('[role=radio]') ?? []),
  ];
  const place = group.findIndex((other) => other === answer);
  return group[(place + step + group.length) % group.length];
}
