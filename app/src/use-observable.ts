// Shows an observable value in a component.
import { useSyncExternalStore } from 'react';

import type { Observable } from './observable';

export function useObservable<Value>({ subscribe, get }: Observable<Value>): Value {
  return useSyncExternalStore(subscribe, get, get);
}
