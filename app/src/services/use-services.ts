// Starts the app's services once, for the screen that shows them.
import { startTransition, useEffect, useState } from 'react';

import { type Services, startServices } from './services';

export type ServicesState =
  | { readonly status: 'starting' }
  | { readonly status: 'started'; readonly services: Services }
  | { readonly status: 'failed'; readonly message: string };

let started: Promise<Services> | undefined;

export function useServices(): ServicesState {
  const [state, setState] = useState<ServicesState>({ status: 'starting' });
  useEffect(() => {
    // In a task of its own: the screen is drawn first.
    const task = setTimeout(() => {
      started ??= startServices();
      started.then(
        (services) => startTransition(() => setState({ status: 'started', services })),
        (error: unknown) => setState({ status: 'failed', message: String(error) }),
      );
    }, 0);
    return () => clearTimeout(task);
  }, []);
  return state;
}
