// A name and its value, side by side.
import { StyleSheet, View } from 'react-native';

import { Words } from '../ui/Words';

type Props = { readonly name: string; readonly value: string; readonly testID?: string };

export function Row({ name, value, testID }: Props) {
  return (
    <View style={styles.row}>
      <Words soft style={styles.name}>
        {name}
      </Words>
      <Words style={styles.value} testID={testID}>
        {value}
      </Words>
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', columnGap: 12 },
  name: { minWidth: 96 },
  value: { flexGrow: 1, flexShrink: 1, flexBasis: 160 },
});
