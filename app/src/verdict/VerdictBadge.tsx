// The bang beside the word: a tick or a cross, so that the colour is not needed to tell them apart.
import Svg, { G, Path } from 'react-native-svg';

import { BADGE_COLOURS, BURST, SIGNS } from './badge-shape';
import type { Verdict } from './verdict';

export function VerdictBadge({ verdict, size = 84 }: { readonly verdict: Verdict; readonly size?: number }) {
  const { face, ink } = BADGE_COLOURS;
  return (
    <Svg width={size} height={size} viewBox="-50 -50 100 100" aria-hidden>
      <Path d={BURST} fill={face} stroke={ink} strokeWidth={4.5} strokeLinejoin="round" />
      <G fill="none" stroke={ink} strokeWidth={11} strokeLinecap="round" strokeLinejoin="round">
        <Path d={SIGNS[verdict]} />
      </G>
    </Svg>
  );
}
