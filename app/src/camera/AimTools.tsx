// What can be switched while aiming: the torch, where there is one, and the live verdict.
import { useStrings } from '../strings/use-strings';
import { Tool } from './Tool';
import type { Aim } from './use-aim';

type Props = { readonly aim: Aim; readonly live: boolean; readonly onLive: (on: boolean) => void };

export function AimTools({ aim, live, onLive }: Props) {
  const strings = useStrings();
  return (
    <>
      {aim.features?.torch === true ? (
        <Tool
          icon="torch"
          label={strings.camera.torch}
          on={aim.feedProps.torch}
          onChange={aim.setTorch}
          testID="torch"
        />
      ) : null}
      <Tool icon="live" label={strings.live.toggle} written on={live} onChange={onLive} testID="live" />
    </>
  );
}
