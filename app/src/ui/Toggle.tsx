// A choice between on and off that is pressed anywhere on its row.
import { useId } from 'react';
import { Platform, Pressable, StyleSheet, View } from 'react-native';

import { pressingBySpace } from './pressing-by-space';
import { TOUCH_TARGET, useTheme } from './theme';
import { Words } from './Words';

type Props = {
  readonly label: string;
  /** What the choice means. Screen readers say it after the label. */
  readonly hint: string;
  readonly size?: 'heading' | 'body';
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly testID: string;
};

export function Toggle({ label, hint, size = 'body', on, onChange, testID }: Props) {
  const theme = useTheme();
  const hintId = useId();
  return (
    <Pressable
      role="switch"
      aria-label={label}
      aria-checked={on}
      // The label stands for all that lies inside, so the hint is named as well.
      {...(Platform.OS === 'web' ? { 'aria-describedby': hintId } : { accessibilityHint: hint })}
      {...pressingBySpace(() => onChange(!on))}
      testID={testID}
      style={styles.row}
    >
      <View style={styles.words}>
        <Words size={size}>{label}</Words>
        <Words size="small" soft id={hintId}>
          {hint}
        </Words>
      </View>
      <View
        style={[
          styles.track,
          { borderColor: theme.line, backgroundColor: on ? theme.positive : theme.sunken },
        ]}
      >
        <View
          style={[
            styles.thumb,
            on && styles.thumbOn,
            { borderColor: theme.line, backgroundColor: on ? theme.accent : theme.thumb },
          ]}
        />
      </View>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: 16, minHeight: TOUCH_TARGET },
  words: { flexGrow: 1, flexShrink: 1, flexBasis: 160, gap: 2 },
  track: { width: 64, height: 36, padding: 2, borderWidth: 3, borderRadius: 18 },
  thumb: { width: 26, height: 26, borderWidth: 3, borderRadius: 13 },
  thumbOn: { alignSelf: 'flex-end' },
});
