// Whether the user asked the phone for less movement.
import { useEffect, useState } from 'react';
import { AccessibilityInfo } from 'react-native';

/** As last heard, so that what appears later does not move once before it knows. */
let known = false;

export function useReducedMotion(): boolean {
  const [reduced, setReduced] = useState(known);
  useEffect(() => {
    const hear = (now: boolean) => {
      known = now;
      setReduced(now);
    };
    void AccessibilityInfo.isReduceMotionEnabled().then(hear);
    const subscription = AccessibilityInfo.addEventListener('reduceMotionChanged', hear);
    return () => subscription.remove();
  }, []);
  return reduced;
}
