// Sharing on a phone: the stamped picture is laid out off the screen, captured, and given to the system's share sheet.
import { isAvailableAsync, shareAsync } from 'expo-sharing';
import { type RefObject, useRef, useState } from 'react';
import type { View } from 'react-native';
import { captureRef } from 'react-native-view-shot';

import type { Photo } from '../pixels/photo';
import type { ShareOutcome, UseShare } from './share-types';
import { sharedFile } from './shared-file';
import { fileName, type Stamp, STAMPED_SIDE } from './stamp';
import { StampedPicture } from './StampedPicture';

type Job = {
  readonly photo: Photo;
  readonly stamp: Stamp;
  readonly done: (outcome: ShareOutcome) => void;
};

export const useShare: UseShare = () => {
  const picture = useRef<View>(null);
  const [job, setJob] = useState<Job | null>(null);
  const finish = (outcome: ShareOutcome) => {
    setJob(null);
    job?.done(outcome);
  };
  return {
    share: (photo, stamp) => new Promise((done) => setJob({ photo, stamp, done })),
    element:
      job === null ? null : (
        <StampedPicture
          ref={picture}
          photo={job.photo}
          stamp={job.stamp}
          onDrawn={() => {
            void handOver(picture, job.stamp.label).then(finish, () => finish('failed'));
          }}
          onFailed={() => finish('failed')}
        />
      ),
  };
};

async function handOver(picture: RefObject<View | null>, label: string): Promise<ShareOutcome> {
  if (!(await isAvailableAsync())) {
    return 'failed';
  }
  const jpeg = await captureRef(picture, {
    // A file of its own making would stay where nobody looks for it.
    result: 'base64',
    format: 'jpg',
    quality: 0.9,
    width: STAMPED_SIDE,
    height: STAMPED_SIDE,
  });
  await shareAsync(sharedFile(fileName(label), jpeg), { mimeType: 'image/jpeg', UTI: 'public.jpeg' });
  return 'shared';
}
