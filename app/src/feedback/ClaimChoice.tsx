// What it is really: one of the model's two labels.
import { StyleSheet, View } from 'react-native';

import { useLabel, useStrings } from '../strings/use-strings';
import { Choice } from '../ui/Choice';
import { Words } from '../ui/Words';
import type { Judgement } from '../verdict/judge';
import type { Verdict } from '../verdict/verdict';

type Props = {
  readonly labels: Judgement['description']['labels'];
  readonly claim: Verdict;
  readonly onClaim: (claim: Verdict) => void;
};

export function ClaimChoice({ labels, claim, onClaim }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  return (
    <View role="radiogroup" aria-label={strings.report.question} style={styles.group}>
      <Words size="heading">{strings.report.question}</Words>
      <View style={styles.choices}>
        {(['positive', 'negative'] as const).map((label) => (
          <Choice
            key={label}
            label={labelOf(labels[label])}
            chosen={claim === label}
            onChoose={() => onClaim(label)}
            testID={`claim-${label}`}
          />
        ))}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  group: { gap: 10 },
  choices: { flexDirection: 'row', flexWrap: 'wrap', gap: 12 },
});
