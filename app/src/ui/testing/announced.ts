// What a screen has VoiceOver say. Elsewhere than on iOS its live regions speak, and nothing is handed over.
import { AccessibilityInfo, Platform } from 'react-native';

const announce = jest.spyOn(AccessibilityInfo, 'announceForAccessibility');
beforeEach(() => announce.mockReset());

/** Expects these announcements in the test so far, and no others. */
export function expectAnnounced(...texts: string[]): void {
  expect(announce.mock.calls.flat()).toEqual(Platform.OS === 'ios' ? texts : []);
}
