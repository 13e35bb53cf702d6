// Metro: Expo's defaults, and model files are assets, which release builds ship as they are.
const { getDefaultConfig } = require('expo/metro-config');

const config = getDefaultConfig(__dirname);
config.resolver.assetExts.push('tflite');

// Metro inlines these while it transforms files, but does not see them change.
config.cacheVersion = JSON.stringify([
  process.env.EXPO_PUBLIC_API_URL ?? null,
  process.env.EXPO_PUBLIC_TRUSTED_KEYS ?? null,
]);

module.exports = config;
