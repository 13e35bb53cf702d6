// The one button.
import { Pressable, StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { pressing } from '../ui/pressing';
import { useTheme } from '../ui/theme';

const SIZE = 92;

export function Shutter({ onPress, disabled }: { readonly onPress: () => void; readonly disabled: boolean }) {
  const strings = useStrings();
  const theme = useTheme();
  return (
    <Pressable
      role="button"
      aria-label={strings.camera.takePhoto}
      {...pressing(onPress, disabled)}
      testID="shutter"
      style={({ pressed }) => [
        styles.ring,
        {
          borderColor: theme.line,
          backgroundColor: theme.surface,
          boxShadow: `0 ${pressed && !disabled ? 1 : 5}px 0 ${theme.shadow}`,
        },
        pressed && !disabled && styles.pressed,
        disabled && styles.disabled,
      ]}
    >
      <View style={[styles.button, { borderColor: theme.line, backgroundColor: theme.accent }]} />
    </Pressable>
  );
}

const styles = StyleSheet.create({
  ring: {
    width: SIZE,
    height: SIZE,
    borderRadius: SIZE / 2,
    borderWidth: 4,
    padding: 6,
  },
  button: { flex: 1, borderRadius: SIZE / 2, borderWidth: 4 },
  pressed: { transform: [{ translateY: 4 }] },
  disabled: { opacity: 0.5, cursor: 'auto' },
});
