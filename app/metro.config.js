// Metro: Expo's defaults, and model files are assets, which release builds ship as they are.
const { getDefaultConfig } = require('expo/metro-config');

const config = getDefaultConfig(__dirname);
config.resolver.assetExts.push('tflite');

// In the browser each module runs when it is first needed, so that opening the page does not run the sheets' and the updates' too.
const { getTransformOptions } = config.transformer;
config.transformer.getTransformOptions = async (entryPoints, options, dependencies) => {
  const chosen = await getTransformOptions(entryPoints, options, dependencies);
  const inlineRequires = options.platform === 'web' && !options.dev;
  return { ...chosen, transform: { ...chosen.transform, inlineRequires } };
};

// Metro inlines these while it transforms files, but does not see them change.
config.cacheVersion = JSON.stringify([
  process.env.EXPO_PUBLIC_API_URL ?? null,
  process.env.EXPO_PUBLIC_TRUSTED_KEYS ?? null,
]);

module.exports = config;
