// A round button with an icon alone; its label is for screen readers.
import { Pressable, StyleSheet } from 'react-native';

import { Icon, type IconName } from './Icon';
import { useTheme } from './theme';

type Props = {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
  readonly size?: number;
  readonly testID?: string;
};

export function IconButton({ icon, label, onPress, size = 48, testID }: Props) {
  const theme = useTheme();
  return (
    <Pressable
      role="button"
      aria-label={label}
      onPress={onPress}
      testID={testID}
      hitSlop={6}
      style={({ pressed }) => [
        styles.button,
        {
          width: size,
          height: size,
          borderRadius: size / 2,
          backgroundColor: theme.surface,
          borderColor: theme.line,
          boxShadow: `0 ${pressed ? 0 : 3}px 0 ${theme.shadow}`,
        },
        pressed && styles.pressed,
      ]}
    >
      <Icon name={icon} colour={theme.ink} size={size * 0.5} />
    </Pressable>
  );
}

const styles = StyleSheet.create({
  button: { alignItems: 'center', justifyContent: 'center', borderWidth: 3 },
  pressed: { transform: [{ translateY: 3 }] },
});
