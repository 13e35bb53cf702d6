// Entry point on every platform.
import { registerRootComponent } from 'expo';
import { startTransition } from 'react';

import { App } from './App';

/** In the browser this draws at once; as a transition, in slices that leave room for whatever else the page has to do. */
function start(): void {
  startTransition(() => registerRootComponent(App));
}

// React Native for Web tries a style rule that Chromium refuses, and for the error's stack Chromium parses again every function on it.
// In a task of its own the whole file is not among them, which halved the page's longest task. Phones ask for the app at once.
if (process.env.EXPO_OS === 'web') setTimeout(start);
else start();
