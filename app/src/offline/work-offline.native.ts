// A phone has the app already.
export function workOffline(): void {}
