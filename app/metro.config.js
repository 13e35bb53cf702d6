// Metro: Expo's defaults, and model files are assets, which release builds ship as they are.
const { getDefaultConfig } = require('expo/metro-config');

const config = getDefaultConfig(__dirname);
config.resolver.assetExts.push('tflite');

module.exports = config;
