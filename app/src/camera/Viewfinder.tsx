// The square: live camera, frozen photo, or the dog when there is neither.
import type { CameraType } from 'expo-camera';
import type { Ref } from 'react';
import { Image, StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { useTheme } from '../ui/theme';
import { WhyOverlay } from '../verdict/WhyOverlay';
import { CameraFeed, type CameraHandle } from './CameraFeed';
import { NoCamera } from './NoCamera';
import type { Session } from './session';
import { Sniffing } from './Sniffing';
import type { CameraState } from './use-camera';

type Props = {
  readonly side: number;
  readonly session: Session;
  readonly camera: CameraState;
  readonly cameraRef: Ref<CameraHandle>;
  readonly facing: CameraType;
  readonly whyShown: boolean;
  readonly onReady: () => void;
  readonly onBroken: () => void;
};

export function Viewfinder({ side, session, camera, cameraRef, facing, whyShown, onReady, onBroken }: Props) {
  const strings = useStrings();
  const theme = useTheme();
  const photo = session.status === 'aiming' ? null : session.photo;
  return (
    <View
      style={[
        styles.frame,
        {
          width: side,
          height: side,
          borderColor: theme.line,
          boxShadow: `0 6px 0 ${theme.shadow}`,
          backgroundColor: camera.status === 'allowed' || photo !== null ? '#191009' : theme.accent,
        },
      ]}
    >
      {photo !== null ? (
        <Image
          source={{ uri: photo.uri }}
          style={StyleSheet.absoluteFill}
          resizeMode="cover"
          alt={strings.verdict.photo}
          aria-label={strings.verdict.photo}
        />
      ) : camera.status === 'allowed' ? (
        <CameraFeed ref={cameraRef} facing={facing} onReady={onReady} onBroken={onBroken} />
      ) : (
        <NoCamera status={camera.status} />
      )}
      {session.status === 'judging' ? <Sniffing /> : null}
      {session.status === 'judged' && whyShown ? (
        <WhyOverlay heatmap={session.judgement.prediction.heatmap} />
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  frame: { borderWidth: 4, borderRadius: 30, overflow: 'hidden', alignSelf: 'center' },
});
