// Calls back when a page that waited may do better now: the network is back or another, or it is in view again.
import { connection } from './connection.web';

export function onWake(wake: () => void): () => void {
  const seen = () => {
    if (document.visibilityState === 'visible') {
      wake();
    }
  };
  window.addEventListener('online', wake);
  connection?.addEventListener?.('change', wake);
  document.addEventListener('visibilitychange', seen);
  return () => {
    window.removeEventListener('online', wake);
    connection?.removeEventListener?.('change', wake);
    document.removeEventListener('visibilitychange', seen);
  };
}
