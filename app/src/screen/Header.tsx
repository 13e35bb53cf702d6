// The app's name, and the way to the settings.
import { StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { IconButton } from '../ui/IconButton';
import { Words } from '../ui/Words';

export function Header({ onSettings }: { readonly onSettings: () => void }) {
  const strings = useStrings();
  return (
    <View style={styles.header} role="banner">
      <Words size="title">{strings.appName}</Words>
      <IconButton icon="settings" label={strings.settings.open} onPress={onSettings} testID="settings" />
    </View>
  );
}

const styles = StyleSheet.create({
  header: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'space-between',
    paddingHorizontal: 20,
  },
});
