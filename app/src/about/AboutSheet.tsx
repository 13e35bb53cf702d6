// What stays on the device, what can leave it and when, in plain words.
import { StyleSheet, View } from 'react-native';

import { APP_VERSION } from '../services/build-settings';
import { useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Sheet } from '../ui/Sheet';
import { Words } from '../ui/Words';

const PARAGRAPHS = ['stays', 'leaves', 'counts', 'takeBack', 'updates', 'mistakes'] as const;
const FONTS = [
  ['Lilita One', 'Juan Montoreano'],
  ['ZCOOL KuaiLe', 'Liu Bingke, Yang Kang, Wu Shaojie'],
] as const;

export function AboutSheet({ onClose }: { readonly onClose: () => void }) {
  const { about } = useStrings();
  return (
    <Sheet title={about.title} onClose={onClose}>
      {PARAGRAPHS.map((paragraph) => (
        <View key={paragraph} style={styles.paragraph}>
          <Words size="heading">{about[paragraph].title}</Words>
          <Words>{about[paragraph].text}</Words>
        </View>
      ))}
      <View>
        <Words size="small" soft testID="app-version">
          {about.made(APP_VERSION)}
        </Words>
        {FONTS.map(([name, author]) => (
          <Words key={name} size="small" soft>
            {about.font(name, author)}
          </Words>
        ))}
      </View>
      <Button label={about.back} onPress={onClose} testID="about-back" />
    </Sheet>
  );
}

const styles = StyleSheet.create({ paragraph: { gap: 4 } });
