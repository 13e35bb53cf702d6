// The colours that are on, and what all screens share of type and sizes.
import { Platform, useColorScheme } from 'react-native';

import { PALETTES, type Theme } from './palette';

export type { Theme } from './palette';

/** The display face: built into the phone apps by expo-font's plugin, into the web app by public/app.css. */
export const DISPLAY_FONT = 'LilitaOne';

/** What is read at length: the system's own face. On the web the display face stands in where that has not the characters. */
export const BODY_FONT = Platform.OS === 'web' ? `System, ${DISPLAY_FONT}` : undefined;

/** Smallest side of anything that is touched, in points. */
export const TOUCH_TARGET = 48;

export function useTheme(): Theme {
  return PALETTES[useColorScheme() === 'dark' ? 'dark' : 'light'];
}
