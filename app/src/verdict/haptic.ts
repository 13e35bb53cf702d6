// The verdict in the hand: one pattern for yes, another for no.
import { NotificationFeedbackType, notificationAsync } from 'expo-haptics';

import type { Verdict } from './verdict';

const PATTERNS: Record<Verdict, NotificationFeedbackType> = {
  positive: NotificationFeedbackType.Success,
  negative: NotificationFeedbackType.Error,
};

/** A device that cannot vibrate, or may not, stays still. */
export function feel(verdict: Verdict): void {
  notificationAsync(PATTERNS[verdict]).catch(() => undefined);
}
