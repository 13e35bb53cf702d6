// Text sizes as the user asked for them.
import { StyleSheet, type TextProps } from 'react-native';

import { TEXT_SCALE } from './text-scale';

/** The style with its text enlarged, at most `most` times. Words does it by itself; other text, such as what is typed, asks for it. */
export function scaled(style: TextProps['style'], most?: number | null): TextProps['style'] {
  const scale = Math.min(TEXT_SCALE, most ?? TEXT_SCALE);
  if (scale === 1) {
    return style;
  }
  const { fontSize, lineHeight } = StyleSheet.flatten(style);
  return [
    style,
    fontSize === undefined ? null : { fontSize: fontSize * scale },
    lineHeight === undefined ? null : { lineHeight: lineHeight * scale },
  ];
}
