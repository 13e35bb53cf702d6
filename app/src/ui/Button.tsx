// Buttons with an inked outline and a hard shadow, which they press into.
import { Pressable, StyleSheet, View } from 'react-native';

import { Icon, type IconName } from './Icon';
import { pressing } from './pressing';
import { DISPLAY_FONT, TOUCH_TARGET, type Theme, useTheme } from './theme';
import { Words } from './Words';

type Kind = 'primary' | 'secondary';

type Props = {
  readonly label: string;
  readonly onPress: () => void;
  readonly icon?: IconName;
  readonly kind?: Kind;
  readonly disabled?: boolean;
  readonly expanded?: boolean;
  /** `stacked`: the icon above the word, where several stand in a row. */
  readonly layout?: 'beside' | 'stacked';
  readonly testID?: string;
};

export function Button({
  label,
  onPress,
  icon,
  kind = 'secondary',
  disabled = false,
  expanded,
  layout = 'beside',
  testID,
}: Props) {
  const theme = useTheme();
  const { face, text } = colours(kind, theme);
  return (
    <Pressable
      role="button"
      aria-label={label}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
      {...pressing(onPress, disabled)}
      testID={testID}
      style={({ pressed }) => [
        styles.button,
        layout === 'stacked' && styles.buttonStacked,
        {
          backgroundColor: face,
          borderColor: theme.line,
          boxShadow: `0 ${pressed && !disabled ? 1 : 4}px 0 ${theme.shadow}`,
        },
        pressed && !disabled && styles.pressed,
        disabled && styles.disabled,
      ]}
    >
      <View style={layout === 'stacked' ? styles.stack : styles.row}>
        {icon === undefined ? null : <Icon name={icon} colour={text} size={22} />}
        <Words style={[styles.label, layout === 'stacked' && styles.labelStacked, { color: text }]}>
          {label}
        </Words>
      </View>
    </Pressable>
  );
}

function colours(kind: Kind, theme: Theme): { readonly face: string; readonly text: string } {
  return kind === 'primary'
    ? { face: theme.accent, text: theme.onAccent }
    : { face: theme.surface, text: theme.ink };
}

const styles = StyleSheet.create({
  button: {
    minHeight: TOUCH_TARGET + 4,
    paddingHorizontal: 20,
    justifyContent: 'center',
    borderWidth: 3,
    borderRadius: 18,
  },
  buttonStacked: { paddingHorizontal: 8, paddingVertical: 8 },
  pressed: { transform: [{ translateY: 3 }] },
  disabled: { opacity: 0.5, cursor: 'auto' },
  row: { flexDirection: 'row', alignItems: 'center', justifyContent: 'center', gap: 8 },
  stack: { alignItems: 'center', gap: 4 },
  labelStacked: { fontSize: 17, lineHeight: 21 },
  label: { fontFamily: DISPLAY_FONT, fontSize: 19, lineHeight: 24, textAlign: 'center' },
});
