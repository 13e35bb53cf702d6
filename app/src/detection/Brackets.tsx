// The four corners around something found: thin, rounded, and seen on light and dark alike by the shade beneath them.
import { StyleSheet, View } from 'react-native';

/** The verdict's green and red, light enough for pictures, in which its own would drown. */
export const BRACKET_COLOURS = { positive: '#5CE68A', negative: '#FF9A8F' } as const;

const CORNERS = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'] as const;

export function Brackets({ colour }: { readonly colour: string }) {
  return (
    <View style={styles.whole} aria-hidden>
      {CORNERS.map((corner) => (
        <View key={`shade ${corner}`} style={[styles.corner, styles.shade, styles[corner], shades[corner]]} />
      ))}
      {CORNERS.map((corner) => (
        <View key={corner} style={[styles.corner, styles[corner], lines[corner], { borderColor: colour }]} />
      ))}
    </View>
  );
}

const REACH = '30%';
const LONGEST = 26;
const LINE = 3;
const SHADE = 5;

const styles = StyleSheet.create({
  whole: { ...StyleSheet.absoluteFill, margin: -3, pointerEvents: 'none' },
  corner: { position: 'absolute', width: REACH, height: REACH, maxWidth: LONGEST, maxHeight: LONGEST },
  shade: { borderColor: 'rgba(20, 8, 0, 0.5)', margin: -1 },
  topLeft: { left: 0, top: 0 },
  topRight: { right: 0, top: 0 },
  bottomLeft: { left: 0, bottom: 0 },
  bottomRight: { right: 0, bottom: 0 },
});

const edges = (width: number, radius: number) =>
  StyleSheet.create({
    topLeft: { borderTopWidth: width, borderLeftWidth: width, borderTopLeftRadius: radius },
    topRight: { borderTopWidth: width, borderRightWidth: width, borderTopRightRadius: radius },
    bottomLeft: { borderBottomWidth: width, borderLeftWidth: width, borderBottomLeftRadius: radius },
    bottomRight: { borderBottomWidth: width, borderRightWidth: width, borderBottomRightRadius: radius },
  });
const lines = edges(LINE, 10);
const shades = edges(SHADE, 11);
