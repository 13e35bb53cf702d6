// What it is really: one of the model's two labels.
import { useLabel, useStrings } from '../strings/use-strings';
import { Choices } from '../ui/Choices';
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
    <Choices
      question={strings.report.question}
      answers={(['positive', 'negative'] as const).map((label) => [label, labelOf(labels[label])] as const)}
      chosen={claim}
      onChoose={onClaim}
      testID="claim"
    />
  );
}
