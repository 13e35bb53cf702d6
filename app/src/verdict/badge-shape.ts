// The badge's outline and its two signs, on a grid from -50 to 50: drawn by the screens and on shared pictures.
import type { Verdict } from './verdict';

const POINTS = 14;

export const BADGE_COLOURS = { face: '#FFC72C', ink: '#2B1608' } as const;

export const BURST = `M${Array.from({ length: 2 * POINTS }, (_, index) => {
  const radius = index % 2 === 0 ? 47 : 36;
  const angle = (Math.PI * index) / POINTS;
  return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`;
}).join('L')}Z`;

export const SIGNS: Record<Verdict, string> = {
  positive: 'M-17 1 L-5 13 L18 -13',
  negative: 'M-14 -14 L14 14 M14 -14 L-14 14',
};
