// The app's icons, drawn here on a 24 x 24 grid. They only decorate: the words beside them carry the meaning.
import Svg, { Path } from 'react-native-svg';

const PATHS = {
  tick: 'M4.5 12.5 L10 18 L19.5 6.5',
  cross: 'M6 6 L18 18 M18 6 L6 18',
  close: 'M6 6 L18 18 M18 6 L6 18',
  settings:
    'M4 7 H13 M19 7 H20 M4 17 H5 M11 17 H20 M16 4.4 A2.6 2.6 0 1 1 15.99 4.4 M8 14.4 A2.6 2.6 0 1 1 7.99 14.4',
  photos:
    'M4.5 5 H19.5 V19 H4.5 Z M5 16.5 L9.5 11.5 L13.5 16 L16 13.5 L19.5 17 M15.5 8.6 A.9 .9 0 1 1 15.49 8.6',
  camera: 'M3.5 8 H7.5 L9.5 5 H14.5 L16.5 8 H20.5 V19 H3.5 Z M12 10 A3.4 3.4 0 1 1 11.99 10',
  flip: 'M4 11 A8 8 0 0 1 18.5 7.5 M18.8 3.5 V7.8 H14.5 M20 13 A8 8 0 0 1 5.5 16.5 M5.2 20.5 V16.2 H9.5',
  why: 'M2.5 12 C6 6 18 6 21.5 12 C18 18 6 18 2.5 12 Z M12 9.4 A2.6 2.6 0 1 1 11.99 9.4',
  share: 'M12 14.5 V3.4 M7.6 7.6 L12 3.2 L16.4 7.6 M7 11 H4.5 V20.5 H19.5 V11 H17',
  history: 'M4.4 8.2 A8.5 8.5 0 1 1 3.5 12 M4 3.6 V8.4 H8.8 M12 7.6 V12.2 L15.4 14.2',
  torch: 'M13.4 2.8 L5 13.6 H11.4 L10.6 21.2 L19 10.4 H12.6 Z',
  live: 'M12 10 A2 2 0 1 1 11.99 10 M7.4 16.6 A6.5 6.5 0 0 1 7.4 7.4 M16.6 7.4 A6.5 6.5 0 0 1 16.6 16.6 M4.4 19.6 A10.7 10.7 0 0 1 4.4 4.4 M19.6 4.4 A10.7 10.7 0 0 1 19.6 19.6',
  clear: 'M4.5 7 H19.5 M9 7 V4.2 H15 V7 M6.4 7 L7.5 20 H16.5 L17.6 7 M10.2 10.8 V16.4 M13.8 10.8 V16.4',
  wrong: 'M4 5 H20 V16 H12 L7.5 20 V16 H4 Z M12 8 V11 M12 13.3 V13.4',
} as const;

export type IconName = keyof typeof PATHS;

type Props = {
  readonly name: IconName;
  readonly colour: string;
  readonly size?: number;
  readonly weight?: number;
};

export function Icon({ name, colour, size = 24, weight = 2.2 }: Props) {
  return (
    <Svg testID="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden>
      <Path
        d={PATHS[name]}
        stroke={colour}
        strokeWidth={weight}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </Svg>
  );
}
