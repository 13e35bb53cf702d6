// What both ways of pressing a button, the browser's and the phone's, have in common.
import type { RefAttributes } from 'react';
import type { PressableProps, View } from 'react-native';

/** What a Pressable takes to be pressed, or to be disabled and yet keep the focus. */
export type Pressing = Pick<PressableProps, 'aria-disabled' | 'disabled' | 'onPress'> & RefAttributes<View>;
