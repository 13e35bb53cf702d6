// The bang beside the word: a tick or a cross, so that the colour is not needed to tell them apart.
import Svg, { G, Path } from 'react-native-svg';

import type { Verdict } from './verdict';

const POINTS = 14;
const INK = '#2B1608';
const SIGNS: Record<Verdict, string> = {
  positive: 'M-17 1 L-5 13 L18 -13',
  negative: 'M-14 -14 L14 14 M14 -14 L-14 14',
};

export function VerdictBadge({ verdict, size = 84 }: { readonly verdict: Verdict; readonly size?: number }) {
  return (
    <Svg width={size} height={size} viewBox="-50 -50 100 100" aria-hidden>
      <Path d={BURST} fill="#FFC72C" stroke={INK} strokeWidth={4.5} strokeLinejoin="round" />
      <G fill="none" stroke={INK} strokeWidth={11} strokeLinecap="round" strokeLinejoin="round">
        <Path d={SIGNS[verdict]} />
      </G>
    </Svg>
  );
}

const BURST = `M${Array.from({ length: 2 * POINTS }, (_, index) => {
  const radius = index % 2 === 0 ? 47 : 36;
  const angle = (Math.PI * index) / POINTS;
  return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`;
}).join('L')}Z`;
