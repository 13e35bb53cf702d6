// Text in the app's few sizes.
import { Text, type TextProps } from 'react-native';

import { DISPLAY_FONT, useTheme } from './theme';

type Size = 'title' | 'heading' | 'body' | 'small';

const SIZES = {
  title: { fontFamily: DISPLAY_FONT, fontSize: 28, lineHeight: 34 },
  heading: { fontFamily: DISPLAY_FONT, fontSize: 20, lineHeight: 26 },
  body: { fontSize: 17, lineHeight: 24 },
  small: { fontSize: 14, lineHeight: 20 },
} as const;

type Props = TextProps & { readonly size?: Size; readonly soft?: boolean };

export function Words({ size = 'body', soft = false, style, ...rest }: Props) {
  const theme = useTheme();
  const heading = size === 'title' || size === 'heading';
  return (
    <Text
      {...(heading ? { role: 'heading' as const } : {})}
      style={[SIZES[size], { color: soft ? theme.inkSoft : theme.ink }, style]}
      {...rest}
    />
  );
}
