// A choice between on and off that is pressed anywhere on its row.
import type { ReactNode } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';

import { pressingBySpace } from './pressing-by-space';
import { TOUCH_TARGET, useTheme } from './theme';

type Props = {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly testID: string;
  /** What is being switched, in words. */
  readonly children: ReactNode;
};

export function Toggle({ label, on, onChange, testID, children }: Props) {
  const theme = useTheme();
  return (
    <Pressable
      role="switch"
      aria-label={label}
      aria-checked={on}
      {...pressingBySpace(() => onChange(!on))}
      testID={testID}
      style={styles.row}
    >
      <View style={styles.words}>{children}</View>
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
