// An update that waits for the user's word: how large it is, what is new in it, and the way to take it.
import { StyleSheet, View } from 'react-native';

import { useFormat, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Words } from '../ui/Words';
import type { Offer } from '../updates/offer';

type Props = {
  readonly offer: Offer;
  readonly disabled: boolean;
  readonly onTake: () => void;
  /** Before the names that tests know it by. */
  readonly idPrefix: string;
};

export function OfferPanel({
  offer: { version, sizeBytes, releaseNotes, because },
  disabled,
  onTake,
  idPrefix,
}: Props) {
  const { updates } = useStrings();
  const format = useFormat();
  return (
    <View style={styles.panel}>
      <Words testID={`${idPrefix}update-offer`}>
        {updates.offer[because](version, format.megabytes(sizeBytes))}
      </Words>
      {releaseNotes === '' ? null : <Words soft>{releaseNotes}</Words>}
      <Button
        label={updates.take(version)}
        onPress={onTake}
        disabled={disabled}
        testID={`${idPrefix}take-update`}
      />
    </View>
  );
}

const styles = StyleSheet.create({ panel: { gap: 10 } });
