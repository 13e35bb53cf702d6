// One of the user's choices as a switch, with what it means.
import { type Choice } from '../storage/choices';
import type { Storage } from '../storage/storage';
import { useChoice } from '../storage/use-choice';
import { Toggle } from '../ui/Toggle';

type Props = {
  readonly storage: Storage;
  readonly choice: Choice;
  readonly label: string;
  readonly hint: string;
  readonly onChosen?: (on: boolean) => void;
};

export function ChoiceToggle({ storage, choice, label, hint, onChosen }: Props) {
  const [on, setOn] = useChoice(storage, choice);
  return (
    <Toggle
      label={label}
      hint={hint}
      on={on}
      onChange={(chosen) => {
        setOn(chosen);
        onChosen?.(chosen);
      }}
      testID={`choice-${choice}`}
    />
  );
}
