// How a browser asks for a file past any cache. Of a header it would first have to ask another origin whether it may be sent.
export const PAST_CACHES = { cache: 'no-store', headers: {} } as const;
