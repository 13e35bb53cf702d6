// Pictures are assets to Metro: importing one gives a source for <Image>.
declare module '*.png' {
  import type { ImageSourcePropType } from 'react-native';
  const source: ImageSourcePropType;
  export default source;
}
