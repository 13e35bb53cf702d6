// What both ways of pressing, the browser's and the phone's, have in common.
import type { KeyboardEvent, RefAttributes } from 'react';
import type { PressableProps, View } from 'react-native';

/** What a Pressable takes to be pressed, or to be disabled and yet keep the focus. */
export type Pressing = Pick<PressableProps, 'aria-disabled' | 'disabled' | 'onPress'> & RefAttributes<View>;

/** What a Pressable takes to be pressed where Space presses it; React Native's types do not know the browser's keys. */
export type PressingBySpace = Pick<PressableProps, 'onPress'> & {
  readonly onKeyDown?: (event: Pick<KeyboardEvent, 'key' | 'repeat' | 'preventDefault'>) => void;
};

/** What a Pressable takes to be one answer of several. */
export type Choosing = Pick<PressableProps, 'onPress' | 'tabIndex'> & {
  readonly onKeyDown?: (
    event: Pick<
      KeyboardEvent,
      'altKey' | 'ctrlKey' | 'currentTarget' | 'key' | 'metaKey' | 'preventDefault' | 'repeat'
    >,
  ) => void;
};
