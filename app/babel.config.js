// Expo's preset as it is: Metro and Jest transform TypeScript and JSX with it.
module.exports = (api) => {
  api.cache(true);
  return { presets: ['babel-preset-expo'] };
};
