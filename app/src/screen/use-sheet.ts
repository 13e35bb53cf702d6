// Which sheet is open over the screen.
import { startTransition, useCallback, useState } from 'react';

import type { OpenSheet } from './Sheets';

export function useSheet() {
  const [sheet, setSheet] = useState<OpenSheet>('none');
  return {
    sheet,
    // A sheet is a screenful: as a transition it is drawn in slices, between which the camera's picture and the finger keep moving.
    open: (next: OpenSheet) => startTransition(() => setSheet(next)),
    close: () => setSheet('none'),
    /** The photo that the report would be about leaves; its sheet may have been asked for and not be drawn yet. */
    dropReport: useCallback(() => setSheet((asked) => (asked === 'report' ? 'none' : asked)), []),
  };
}
