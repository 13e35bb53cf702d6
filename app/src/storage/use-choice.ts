// One of the user's choices in a component: off until it is read, then as chosen last.
import { useEffect, useRef, useState } from 'react';

import { type Choice, choose, isChosen } from './choices';
import type { Storage } from './storage';

export function useChoice(storage: Storage, choice: Choice): readonly [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(false);
  const touched = useRef(false);
  useEffect(() => {
    void isChosen(storage, choice).then((kept) => {
      if (!touched.current) {
        setOn(kept); // what the user said meanwhile is newer
      }
    });
  }, [storage, choice]);
  return [
    on,
    (chosen) => {
      touched.current = true;
      setOn(chosen);
      void choose(storage, choice, chosen);
    },
  ];
}
