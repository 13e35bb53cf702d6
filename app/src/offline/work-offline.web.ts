// Has the browser keep the app, so that it works without a network from the second visit on.
const SERVICE_WORKER = '/service-worker.js';
/** The first verdict comes first: storing 12 MB competes with it for the processor. */
const PAUSE_MS = 2000;

/** Only built apps come with a service worker; a browser that refuses it, as some private windows do, works while it is online. */
export function workOffline(): void {
  if (process.env.NODE_ENV === 'production' && 'serviceWorker' in navigator) {
    setTimeout(() => void navigator.serviceWorker.register(SERVICE_WORKER).catch(() => undefined), PAUSE_MS);
  }
}
