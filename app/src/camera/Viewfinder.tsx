// The square: live camera, frozen photo, or the dog when there is neither.
import type { ReactNode, Ref } from 'react';
import { Image, StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { useTheme } from '../ui/theme';
import { Words } from '../ui/Words';
import type { CameraFeedProps, CameraHandle, CameraState } from './camera';
import { CameraFeed } from './CameraFeed';
import { Flash } from './Flash';
import { NoCamera } from './NoCamera';
import { PuzzledDog } from './PuzzledDog';
import type { Session } from './session';
import { Sniffing } from './Sniffing';
import { ViewfinderCorners } from './ViewfinderCorners';

type Props = Omit<CameraFeedProps, 'active'> & {
  readonly side: number;
  readonly session: Session;
  readonly camera: CameraState;
  readonly feed: Ref<CameraHandle>;
  readonly ready: boolean;
  /** Drawn over the live picture, instead of its corners. */
  readonly boxes: ReactNode;
  /** What can be switched while aiming. */
  readonly tools: ReactNode;
  /** Drawn over a judged photo. */
  readonly why: ReactNode;
};

/** Of the frame around the picture, in points. */
export const FRAME_BORDER = 4;

export function Viewfinder({ side, session, camera, feed, ready, boxes, tools, why, ...feedProps }: Props) {
  const strings = useStrings();
  const theme = useTheme();
  const photo = session.status === 'judging' || session.status === 'judged' ? session.photo : null;
  const live = camera.status === 'allowed';
  const aiming = session.status === 'aiming';
  return (
    <View
      style={[
        styles.frame,
        {
          width: side,
          // Words grow with what the user asked for; pictures stay square.
          minHeight: side,
          ...(live || !aiming ? { height: side } : {}),
          borderColor: theme.line,
          boxShadow: `0 6px 0 ${theme.shadow}`,
          backgroundColor: live || photo !== null ? '#191009' : theme.accent,
        },
      ]}
    >
      {live ? (
        // Stays under the photo, so that the next one need not wait for the camera.
        <CameraFeed ref={feed} active={aiming} {...feedProps} />
      ) : aiming ? (
        <NoCamera status={camera.status} side={side} />
      ) : null}
      {photo !== null ? (
        <>
          <Image
            source={{ uri: photo.uri }}
            style={StyleSheet.absoluteFill}
            resizeMode="cover"
            role="img"
            alt={strings.verdict.photo}
            aria-label={strings.verdict.photo}
          />
          {live ? <Flash key={photo.uri} /> : null}
        </>
      ) : live && ready && aiming ? (
        <>
          {boxes ?? <ViewfinderCorners />}
          <View style={styles.tools}>{tools}</View>
        </>
      ) : live && aiming ? (
        <View style={styles.starting} role="status">
          <Words style={styles.startingText}>{strings.camera.starting}</Words>
        </View>
      ) : null}
      {session.status === 'failed' ? <PuzzledDog side={side} /> : null}
      {session.status === 'judging' ? <Sniffing /> : null}
      {session.status === 'judged' ? why : null}
    </View>
  );
}

const styles = StyleSheet.create({
  frame: { borderWidth: FRAME_BORDER, borderRadius: 30, overflow: 'hidden', alignSelf: 'center' },
  starting: { ...StyleSheet.absoluteFill, alignItems: 'center', justifyContent: 'center' },
  startingText: { color: '#FFF1D6' },
  tools: {
    position: 'absolute',
    left: 0,
    right: 0,
    bottom: 14,
    flexDirection: 'row',
    justifyContent: 'center',
    gap: 10,
    pointerEvents: 'box-none',
  },
});
