// Whether bytes cost the user money on this connection, in browsers that tell (https://wicg.github.io/netinfo/).

/** What browsers have of it differs. */
type NetworkInformation = Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> & {
  readonly type?: string;
  readonly saveData?: boolean;
};

export const { connection } = navigator as { readonly connection?: NetworkInformation };

/** Whether this browser tells at all. */
export const knowsMetered = connection !== undefined;

/** Metered on mobile data and where the user asked the browser to save data; browsers that say nothing count as unmetered. */
export function isMetered(): Promise<boolean> {
  return Promise.resolve(connection?.type === 'cellular' || connection?.saveData === true);
}
