// The app's name, and the ways to what was sniffed before and to the settings.
import { StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { IconButton } from '../ui/IconButton';
import { Words } from '../ui/Words';

type Props = { readonly onHistory: () => void; readonly onSettings: () => void };

export function Header({ onHistory, onSettings }: Props) {
  const strings = useStrings();
  return (
    <View style={styles.header} role="banner">
      <Words size="title" style={styles.name}>
        {strings.appName}
      </Words>
      <IconButton icon="history" label={strings.history.open} onPress={onHistory} testID="history" />
      <IconButton icon="settings" label={strings.settings.open} onPress={onSettings} testID="settings" />
    </View>
  );
}

const styles = StyleSheet.create({
  header: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: 12 },
  name: { flexGrow: 1, flexBasis: 110 },
});
