// What Expo's tools know of the app: names, icons, colours, permission texts, native settings.
import type { ExpoConfig } from 'expo/config';

import { version } from './package.json';

const MUSTARD = '#FFC72C';
const NIGHT = '#14100C';
/** iOS knows it by the name inside the file, which is the name that Android is told here. */
const DISPLAY_FONT_FILE = 'node_modules/@expo-google-fonts/lilita-one/400Regular/LilitaOne_400Regular.ttf';

const config: ExpoConfig = {
  name: 'DeepDog',
  slug: 'deepdog',
  version,
  scheme: 'deepdog',
  orientation: 'default',
  userInterfaceStyle: 'automatic',
  icon: './assets/icons/icon.png',
  backgroundColor: NIGHT,
  platforms: ['ios', 'android', 'web'],
  ios: {
    bundleIdentifier: 'org.deepdog.app',
    supportsTablet: true,
    infoPlist: { ITSAppUsesNonExemptEncryption: false },
  },
  android: {
    package: 'org.deepdog.app',
    adaptiveIcon: {
      foregroundImage: './assets/icons/adaptive-foreground.png',
      monochromeImage: './assets/icons/adaptive-monochrome.png',
      backgroundColor: MUSTARD,
    },
    blockedPermissions: ['android.permission.RECORD_AUDIO'],
  },
  web: {
    output: 'single',
    bundler: 'metro',
    favicon: './assets/icons/favicon.png',
  },
  plugins: [
    [
      'expo-camera',
      {
        cameraPermission:
          'DeepDog looks through the camera to tell hotdogs from everything else. Photos stay on your phone.',
        recordAudioAndroid: false,
        microphonePermission: false,
      },
    ],
    [
      'expo-image-picker',
      {
        photosPermission:
          'DeepDog judges the photo you choose. It stays on your phone unless you send it yourself.',
        cameraPermission: false,
        microphonePermission: false,
      },
    ],
    [
      'expo-splash-screen',
      {
        image: './assets/icons/splash.png',
        imageWidth: 200,
        backgroundColor: MUSTARD,
        dark: { image: './assets/icons/splash.png', backgroundColor: NIGHT },
      },
    ],
    [
      'expo-font',
      {
        ios: { fonts: [DISPLAY_FONT_FILE] },
        android: {
          fonts: [{ fontFamily: 'LilitaOne', fontDefinitions: [{ path: DISPLAY_FONT_FILE, weight: 400 }] }],
        },
      },
    ],
    ['expo-localization', { supportedLocales: ['en', 'de', 'zh-Hans'] }],
    'expo-asset',
    'expo-sqlite',
  ],
};

export default config;
