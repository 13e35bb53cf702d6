// Over the whole page while a file is held over it: let go, it lands.
import { StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { useTheme } from '../ui/theme';
import { Words } from '../ui/Words';

export function DropVeil() {
  const strings = useStrings();
  const theme = useTheme();
  return (
    <View style={[styles.veil, { backgroundColor: theme.backdrop, borderColor: theme.accent }]} role="status">
      <View style={[styles.sign, { backgroundColor: theme.accent, borderColor: theme.line }]}>
        <Words size="title" style={{ color: theme.onAccent }} testID="drop-now">
          {strings.camera.dropNow}
        </Words>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  veil: {
    ...StyleSheet.absoluteFill,
    alignItems: 'center',
    justifyContent: 'center',
    borderWidth: 8,
    borderStyle: 'dashed',
    pointerEvents: 'none',
  },
  sign: {
    paddingHorizontal: 28,
    paddingVertical: 14,
    borderWidth: 4,
    borderRadius: 22,
    transform: [{ rotate: '-3deg' }],
  },
});
