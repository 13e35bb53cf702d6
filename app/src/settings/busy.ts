// Whether an updater is at work, so that nothing else is asked of it.
import type { UpdateState } from '../updates/model-state';

export function isBusy({ activity }: UpdateState): boolean {
  return activity.status !== 'off' && activity.status !== 'idle';
}
