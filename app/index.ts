// Entry point on every platform.
import { registerRootComponent } from 'expo';

import { App } from './App';

registerRootComponent(App);
