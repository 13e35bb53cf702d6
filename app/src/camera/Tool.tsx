// A switch on the viewfinder: dark glass when off, mustard when on.
import { Pressable, StyleSheet } from 'react-native';

import { Icon, type IconName } from '../ui/Icon';
import { pressingBySpace } from '../ui/pressing-by-space';
import { DISPLAY_FONT, TOUCH_TARGET, useTheme } from '../ui/theme';
import { Words } from '../ui/Words';

type Props = {
  readonly icon: IconName;
  readonly label: string;
  /** Shown beside the icon, or only spoken. */
  readonly written?: boolean;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly testID: string;
};

export function Tool({ icon, label, written = false, on, onChange, testID }: Props) {
  const theme = useTheme();
  const colour = on ? theme.onAccent : '#FFFFFF';
  return (
    <Pressable
      role="switch"
      aria-label={label}
      aria-checked={on}
      {...pressingBySpace(() => onChange(!on))}
      testID={testID}
      style={[styles.tool, on && { backgroundColor: theme.accent, borderColor: theme.onAccent }]}
    >
      <Icon name={icon} colour={colour} size={22} />
      {written ? <Words style={[styles.label, { color: colour }]}>{label}</Words> : null}
    </Pressable>
  );
}

const styles = StyleSheet.create({
  tool: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: 8,
    minWidth: TOUCH_TARGET,
    height: TOUCH_TARGET,
    paddingHorizontal: 13,
    borderRadius: TOUCH_TARGET / 2,
    borderWidth: 3,
    borderColor: 'transparent',
    backgroundColor: 'rgba(25, 16, 9, 0.72)',
  },
  label: { fontFamily: DISPLAY_FONT, fontSize: 17, lineHeight: 22 },
});
