// Calls back when a page that waited may do better now: the network is back, or it is in view again.
export function onWake(wake: () => void): () => void {
  const seen = () => {
    if (document.visibilityState === 'visible') {
      wake();
    }
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', seen);
  return () => {
    window.removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', seen);
  };
}
