// What the app may send besides reports, each off until chosen and withdrawn as easily.
import { StyleSheet, View } from 'react-native';

import type { Services } from '../services/services';
import { useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import { ChoiceToggle } from './ChoiceToggle';

export function PrivacySection({ storage, counter }: Pick<Services, 'storage' | 'counter'>) {
  const { settings, report } = useStrings();
  return (
    <View style={styles.section}>
      <Words size="heading">{settings.sharing}</Words>
      <ChoiceToggle
        storage={storage}
        choice="sendPhoto"
        label={settings.sendPhotos}
        hint={report.sendPhotoHint}
      />
      <ChoiceToggle
        storage={storage}
        choice="sendCounts"
        label={settings.sendCounts}
        hint={settings.sendCountsHint}
        onChosen={() => void counter.deliver()}
      />
    </View>
  );
}

const styles = StyleSheet.create({ section: { gap: 10 } });
