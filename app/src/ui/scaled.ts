// Text sizes as the user asked for them.
import { StyleSheet, type TextProps } from 'react-native';

import { TEXT_SCALE } from './text-scale';

/** The style with its text enlarged. Words does it by itself; other text, such as what is typed, asks for it. */
export function scaled(style: TextProps['style']): TextProps['style'] {
  if (TEXT_SCALE === 1) {
    return style;
  }
  const { fontSize, lineHeight } = StyleSheet.flatten(style);
  return [
    style,
    fontSize === undefined ? null : { fontSize: fontSize * TEXT_SCALE },
    lineHeight === undefined ? null : { lineHeight: lineHeight * TEXT_SCALE },
  ];
}
