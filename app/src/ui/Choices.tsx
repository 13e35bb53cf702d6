// A question and its few answers, of which exactly one is chosen.
import { StyleSheet, View } from 'react-native';

import { Choice } from './Choice';
import { Words } from './Words';

type Props<Answer extends string> = {
  readonly question: string;
  readonly answers: readonly (readonly [Answer, string])[];
  readonly chosen: Answer;
  readonly onChoose: (answer: Answer) => void;
  /** What every answer's own begins with. */
  readonly testID: string;
};

export function Choices<Answer extends string>({
  question,
  answers,
  chosen,
  onChoose,
  testID,
}: Props<Answer>) {
  return (
    <View role="radiogroup" aria-label={question} style={styles.group}>
      <Words size="heading">{question}</Words>
      <View style={styles.answers}>
        {answers.map(([answer, label]) => (
          <Choice
            key={answer}
            label={label}
            chosen={answer === chosen}
            onChoose={() => onChoose(answer)}
            testID={`${testID}-${answer}`}
          />
        ))}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  group: { gap: 10 },
  answers: { flexDirection: 'row', flexWrap: 'wrap', gap: 12 },
});
