// Text in the app's few sizes, enlarged as the user asked for.
import { Text, type TextProps } from 'react-native';

import { scaled } from './scaled';
import { BODY_FONT, DISPLAY_FONT, useTheme } from './theme';

type Size = 'title' | 'heading' | 'body' | 'small';

const SIZES = {
  title: { fontFamily: DISPLAY_FONT, fontSize: 28, lineHeight: 34 },
  heading: { fontFamily: DISPLAY_FONT, fontSize: 20, lineHeight: 26 },
  body: { fontFamily: BODY_FONT, fontSize: 17, lineHeight: 24 },
  small: { fontFamily: BODY_FONT, fontSize: 14, lineHeight: 20 },
} as const;

/** How screen readers count them: the title of the screen or sheet, and what stands under it. */
const LEVELS = { title: 1, heading: 2, body: null, small: null } as const;

type Props = TextProps & { readonly size?: Size; readonly soft?: boolean };

export function Words({ size = 'body', soft = false, style, ...rest }: Props) {
  const theme = useTheme();
  const level = LEVELS[size];
  return (
    <Text
      {...(level === null ? {} : { role: 'heading' as const, 'aria-level': level })}
      style={scaled(
        [SIZES[size], { color: soft ? theme.inkSoft : theme.ink }, style],
        rest.maxFontSizeMultiplier,
      )}
      {...rest}
    />
  );
}
