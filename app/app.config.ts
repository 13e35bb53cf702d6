// What Expo's tools know of the app: names, icons, colours, permission texts, native settings.
import type { ExpoConfig } from 'expo/config';

import german from './locales/de.json';
import english from './locales/en.json';
import chinese from './locales/zh-Hans.json';
import { version } from './package.json';

const MUSTARD = '#FFC72C';
const NIGHT = '#14100C';
/** iOS knows it by the name inside the file, which is the name that Android is told here. */
const DISPLAY_FONT_FILE = 'node_modules/@expo-google-fonts/lilita-one/400Regular/LilitaOne_400Regular.ttf';

/** What Apple wants to know: what is collected, and why system calls are made that could tell devices apart. */
const privacyManifests: NonNullable<ExpoConfig['ios']>['privacyManifests'] = {
  NSPrivacyTracking: false,
  NSPrivacyTrackingDomains: [],
  NSPrivacyCollectedDataTypes: [
    collected('PhotosorVideos', 'AppFunctionality'),
    collected('OtherUserContent', 'AppFunctionality'),
    collected('DeviceID', 'AppFunctionality'),
    collected('ProductInteraction', 'Analytics'),
  ],
  NSPrivacyAccessedAPITypes: [
    accessed('FileTimestamp', 'C617.1', '0A2A.1', '3B52.1'),
    accessed('DiskSpace', 'E174.1', '85F4.1'),
    accessed('SystemBootTime', '35F9.1'),
    accessed('UserDefaults', 'CA92.1'),
  ],
};

function collected(type: string, purpose: string) {
  return {
    NSPrivacyCollectedDataType: `NSPrivacyCollectedDataType${type}`,
    NSPrivacyCollectedDataTypeLinked: false,
    NSPrivacyCollectedDataTypeTracking: false,
    NSPrivacyCollectedDataTypePurposes: [`NSPrivacyCollectedDataTypePurpose${purpose}`],
  };
}

function accessed(category: string, ...reasons: string[]) {
  return {
    NSPrivacyAccessedAPIType: `NSPrivacyAccessedAPICategory${category}`,
    NSPrivacyAccessedAPITypeReasons: reasons,
  };
}

const config: ExpoConfig = {
  name: 'DeepDog',
  slug: 'deepdog',
  version,
  scheme: 'deepdog',
  orientation: 'default',
  userInterfaceStyle: 'automatic',
  icon: './assets/icons/icon.png',
  backgroundColor: NIGHT,
  primaryColor: MUSTARD,
  locales: { de: { ios: german }, 'zh-Hans': { ios: chinese } },
  platforms: ['ios', 'android', 'web'],
  ios: {
    bundleIdentifier: 'org.deepdog.app',
    supportsTablet: true,
    infoPlist: {
      ITSAppUsesNonExemptEncryption: false,
      // The share sheet offers to save the picture, and ends the app when this is missing.
      NSPhotoLibraryAddUsageDescription: english.NSPhotoLibraryAddUsageDescription,
    },
    privacyManifests,
  },
  android: {
    package: 'org.deepdog.app',
    adaptiveIcon: {
      foregroundImage: './assets/icons/adaptive-foreground.png',
      monochromeImage: './assets/icons/adaptive-monochrome.png',
      backgroundColor: MUSTARD,
    },
    // Photos and verdicts stay on the device: not even a backup takes them along. `keep-out-of-backups.ts` sees to the rest.
    allowBackup: false,
    blockedPermissions: [
      'RECORD_AUDIO',
      'SYSTEM_ALERT_WINDOW',
      'READ_EXTERNAL_STORAGE',
      'WRITE_EXTERNAL_STORAGE',
    ].map((name) => `android.permission.${name}`),
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
        cameraPermission: english.NSCameraUsageDescription,
        recordAudioAndroid: false,
        microphonePermission: false,
      },
    ],
    [
      'expo-image-picker',
      {
        photosPermission: english.NSPhotoLibraryUsageDescription,
        // Not false: that would take the camera's permission from the whole app.
        cameraPermission: english.NSCameraUsageDescription,
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
    './plugins/keep-out-of-backups.ts',
  ],
};

export default config;
