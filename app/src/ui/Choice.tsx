// One of a few answers, of which exactly one is chosen: by ring and tick, not by colour alone.
import { Pressable, StyleSheet } from 'react-native';

import { Icon } from './Icon';
import { choosing } from './choosing';
import { DISPLAY_FONT, TOUCH_TARGET, useTheme } from './theme';
import { Words } from './Words';

type Props = {
  readonly label: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly testID: string;
};

export function Choice({ label, chosen, onChoose, testID }: Props) {
  const theme = useTheme();
  const text = chosen ? theme.onAccent : theme.ink;
  return (
    <Pressable
      role="radio"
      aria-label={label}
      aria-checked={chosen}
      {...choosing(onChoose, chosen)}
      testID={testID}
      style={[
        styles.choice,
        { backgroundColor: chosen ? theme.accent : theme.surface, borderColor: theme.line },
      ]}
    >
      {chosen ? <Icon name="tick" colour={text} size={22} weight={3.2} /> : null}
      <Words style={[styles.label, { color: text }]}>{label}</Words>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  choice: {
    // Side by side as long as the words fit, else one below the other.
    flexGrow: 1,
    minWidth: '40%',
    maxWidth: '100%',
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: 6,
    minHeight: TOUCH_TARGET + 8,
    paddingHorizontal: 10,
    borderWidth: 3,
    borderRadius: 18,
  },
  label: { flexShrink: 1, fontFamily: DISPLAY_FONT, fontSize: 19, lineHeight: 24, textAlign: 'center' },
});
