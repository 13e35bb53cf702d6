// Phones have no page for tests to reach into; their path is held to the golden cases instead.
import type { Services } from '../services/services';

export function exposeParity(_services: Services): void {}
