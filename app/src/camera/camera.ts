// What the screen knows of the camera, the same on phones and in browsers.
import type { Photo } from '../pixels/photo';

export type Facing = 'back' | 'front';

/** Why a camera that was there gives no picture: it is not there after all, may not be used, or something else holds it. */
export type CameraFlaw = 'absent' | 'denied' | 'busy';

export type CameraState =
  | { readonly status: 'unknown' }
  | { readonly status: 'absent' }
  /** Not asked yet: `ask` brings up the system's question. */
  | { readonly status: 'unasked'; readonly ask: () => void }
  /** `openSettings` leads to where the answer can be changed; null where the user has to find the way. */
  | { readonly status: 'denied'; readonly openSettings: (() => void) | null }
  | { readonly status: 'allowed' }
  | { readonly status: 'busy'; readonly retry: () => void };

export type Camera = {
  readonly state: CameraState;
  /** For the feed to say that it could not start; stable between renders. */
  readonly broke: (flaw: CameraFlaw) => void;
};

/** What a running feed can do besides showing itself. */
export type CameraFeatures = {
  readonly torch: boolean;
  /** Whether it shows itself mirrored, as a front camera does; what it hands out is not. */
  readonly mirrored: boolean;
};

export type CameraHandle = {
  /** Freezes the picture and hands it out, with the network's input of `resolution` where the feed has that sooner. */
  readonly takePhoto: (resolution: number | null) => Promise<Photo>;
  /** One look through the camera without a photo, for each resolution: uint8 RGB, shape (1, resolution, resolution, 3). */
  readonly glance: (resolutions: readonly number[]) => Promise<readonly Uint8Array[]>;
};

export type CameraFeedProps = {
  readonly facing: Facing;
  readonly torch: boolean;
  /** False while a photo is shown over the feed, which waits without stopping, so that the next photo need not. */
  readonly active: boolean;
  /** Null says that there is no picture yet, or not any more. */
  readonly onReady: (features: CameraFeatures | null) => void;
  readonly onBroken: (flaw: CameraFlaw) => void;
};
