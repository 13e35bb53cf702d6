// Choosing a photo on a phone: the system's own picker, which needs no permission.
import { launchImageLibraryAsync } from 'expo-image-picker';

import type { ChoosePhoto } from './choose-photo-types';

export const useChoosePhoto: ChoosePhoto = (onPhoto, onFailed) => ({
  choose: () => {
    launchImageLibraryAsync({ mediaTypes: ['images'], quality: 1 }).then(({ assets }) => {
      const chosen = assets?.[0];
      if (chosen !== undefined) {
        onPhoto({ uri: chosen.uri, takenAt: new Date().toISOString() });
      }
    }, onFailed);
  },
  element: null,
});
