// Has the browser keep the app, so that it works without a network from the second visit on.
const SERVICE_WORKER = '/service-worker.js';

/** Only built apps come with a service worker; a browser that refuses it, as some private windows do, works while it is online. */
export function workOffline(): void {
  if (process.env.NODE_ENV === 'production' && 'serviceWorker' in navigator) {
    navigator.serviceWorker.register(SERVICE_WORKER).catch(() => undefined);
  }
}
