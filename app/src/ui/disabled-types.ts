import type { RefAttributes } from 'react';
import type { PressableProps, View } from 'react-native';

/** What a Pressable takes to be disabled and yet keep the focus; it must be given no `onPress` besides. */
export type Disabled = Pick<PressableProps, 'aria-disabled' | 'disabled'> & RefAttributes<View>;
