// iOS says nothing of live regions: what stands in one is handed to VoiceOver as an announcement.
import { useEffect, useRef } from 'react';
import { AccessibilityInfo, Platform } from 'react-native';

/**
 * Announces a live region's text, and whatever it changes to. Elsewhere than on iOS the region speaks for itself.
 * @param onlyChanges where the text was there before anybody did anything: not what it is at first
 */
export function useAnnounce(text: string | null, { onlyChanges = false } = {}): void {
  const silent = useRef(onlyChanges);
  useEffect(() => {
    if (Platform.OS === 'ios' && text !== null && !silent.current) {
      AccessibilityInfo.announceForAccessibility(text);
    }
    silent.current = false;
  }, [text]);
}
