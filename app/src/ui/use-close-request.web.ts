// Android's way back, by button or by gesture, closes what lies over the page instead of leaving the page. Browsers that do not know
// CloseWatcher leave it. Source: https://html.spec.whatwg.org/multipage/interaction.html#close-requests-and-close-watchers
import { useEffect, useEffectEvent } from 'react';

/** As in the specification; TypeScript's DOM does not have it. */
type CloseWatcher = { onclose: (() => void) | null; readonly destroy: () => void };

export function useCloseRequest(onClose: () => void): void {
  const close = useEffectEvent(onClose);
  useEffect(() => {
    const { CloseWatcher } = window as { readonly CloseWatcher?: new () => CloseWatcher };
    if (CloseWatcher === undefined) {
      return;
    }
    const watcher = new CloseWatcher();
    watcher.onclose = () => close();
    return () => watcher.destroy();
  }, []);
}
