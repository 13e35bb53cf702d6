// What went wrong, in a sentence, and the way on.
import { StyleSheet, View } from 'react-native';

import type { Problem } from '../camera/session';
import { useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';

type Props = { readonly problem: Problem; readonly onTryAgain: () => void };

export function ProblemPanel({ problem, onTryAgain }: Props) {
  const strings = useStrings();
  useAnnounce(strings.problem[problem]);
  return (
    <View style={styles.panel}>
      <View aria-live="assertive" role="alert">
        <Words style={styles.sentence} testID="problem">
          {strings.problem[problem]}
        </Words>
      </View>
      <Button kind="primary" label={strings.problem.tryAgain} onPress={onTryAgain} testID="try-again" />
    </View>
  );
}

const styles = StyleSheet.create({ panel: { gap: 16 }, sentence: { textAlign: 'center', fontSize: 19 } });
