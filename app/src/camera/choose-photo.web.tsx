// Choosing a photo in the browser: a file input, which phones answer with their gallery and camera.
import { useRef } from 'react';

import { photoOf } from './photo-of-file';
import type { ChoosePhoto } from './choose-photo-types';

export const useChoosePhoto: ChoosePhoto = (onPhoto) => {
  const input = useRef<HTMLInputElement>(null);
  return {
    choose: () => input.current?.click(),
    element: (
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        data-testid="choose-photo-input"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // Emptied, so that the same file can be chosen again.
          currentTarget.value = '';
          if (file !== undefined) {
            onPhoto(photoOf(file));
          }
        }}
      />
    ),
  };
};
