// Keeps the page usable without a network: everything that it is made of is stored at the first visit, and the next release's
// at the visit after it came out. Bundled on its own, with the list of files, by scripts/build-service-worker.mjs.
import { clientsClaim } from 'workbox-core';
import { addPlugins, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

import { RUNTIME, runtimeFor } from './runtime-variant';

/** Filled in when it is bundled; `revision` is a hash of the content. */
declare const FILES: readonly { readonly url: string; readonly revision: string }[];
declare const self: { skipWaiting: () => Promise<void> };

/** What the server answers itself, pages included. */
const SERVERS = [/^\/api\//, /^\/operator/, /^\/(healthz|readyz|metrics)$/];

// Workbox would fetch anew what the page has just fetched: asking whether it has changed saves the first visitor ten megabytes.
addPlugins([
  { requestWillFetch: ({ request }) => Promise.resolve(new Request(request, { cache: 'no-cache' })) },
]);
precacheAndRoute(
  FILES.filter(({ url }) => !RUNTIME.test(url) || url.includes(`/${runtimeFor(WebAssembly)}.`)),
);
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVERS }));

// A page that is open has all of itself in memory but the bundled weights where others run, and can do without those: so a new
// release may take over at once.
void self.skipWaiting();
clientsClaim();
