// Contrast as WCAG 2.2 measures it: 4.5 for text, 3 for what has to be seen to be used.
import { PALETTES, type Theme } from './palette';

type Colour = Exclude<keyof Theme, 'dark'>;

/** Relative luminance of a colour such as #FFC72C (WCAG 2.2, Relative luminance). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS: readonly Colour[] = ['background', 'dots', 'surface', 'sunken'];
const TEXTS: readonly (readonly [Colour, Colour])[] = [
  ...GROUNDS.flatMap((ground) => [['ink', ground] as const, ['inkSoft', ground] as const]),
  ['onAccent', 'accent'],
  ['onVerdict', 'positive'],
  ['onVerdict', 'negative'],
];

test('black on white is the largest contrast there is', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21);
});

describe.each(Object.entries(PALETTES))('%s', (_, palette) => {
  test.each(TEXTS)('%s can be read on %s', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ['the chosen answer', 'accent', 'line'],
    ['what is switched on', 'accent', 'positive'],
  ] as const)('%s can be seen', (_name, one, other) => {
    expect(contrast(palette[one], palette[other])).toBeGreaterThanOrEqual(3);
  });
});
