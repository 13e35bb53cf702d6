// Entry point on every platform.
import { registerRootComponent } from 'expo';
import { startTransition } from 'react';

import { App } from './App';

// In the browser this draws at once; as a transition, in slices that leave room for whatever else the page has to do.
startTransition(() => registerRootComponent(App));
