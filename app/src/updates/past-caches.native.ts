// How a phone asks for a file past any cache. Its `fetch` passes over the option for that, but Android's cache heeds the header.
export const PAST_CACHES = { headers: { 'Cache-Control': 'no-store' } };
