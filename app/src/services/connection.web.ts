// Whether bytes cost the user money on this connection, in browsers that tell (https://wicg.github.io/netinfo/).

type NetworkInformation = { readonly type?: string; readonly saveData?: boolean };

const { connection } = navigator as { readonly connection?: NetworkInformation };

/** Whether this browser tells at all. */
export const knowsMetered = connection !== undefined;

/** Metered on mobile data and where the user asked the browser to save data; browsers that say nothing count as unmetered. */
export function isMetered(): Promise<boolean> {
  return Promise.resolve(connection?.type === 'cellular' || connection?.saveData === true);
}
