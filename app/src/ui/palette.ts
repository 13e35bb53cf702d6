// The app's colours, light and dark. palette.test.ts measures that whatever is read on them can be read.

const light = {
  dark: false,
  background: '#FFF4D6',
  dots: '#FFE08A',
  surface: '#FFFFFF',
  sunken: '#FBEFD5',
  ink: '#2B1608',
  inkSoft: '#6B513D',
  line: '#2B1608',
  hairline: '#E6D3B0',
  thumb: '#FFFFFF',
  shadow: '#2B1608',
  accent: '#FFC72C',
  onAccent: '#2B1608',
  positive: '#187A38',
  negative: '#C8201D',
  onVerdict: '#FFFFFF',
  backdrop: 'rgba(43, 22, 8, 0.55)',
};

export type Theme = Readonly<typeof light>;

const dark: Theme = {
  dark: true,
  background: '#191009',
  dots: '#2A1B0E',
  surface: '#2A1D12',
  sunken: '#38281A',
  ink: '#FFF1D6',
  inkSoft: '#D3BC9F',
  line: '#080402',
  hairline: '#4A3826',
  thumb: '#D3BC9F',
  shadow: '#080402',
  accent: '#FFC72C',
  onAccent: '#2B1608',
  positive: '#187A38',
  negative: '#C8201D',
  onVerdict: '#FFFFFF',
  backdrop: 'rgba(0, 0, 0, 0.7)',
};

export const PALETTES = { light, dark } as const;
