// Model files are assets to Metro: importing one gives the asset's number.
declare module '*.tflite' {
  const asset: number;
  export default asset;
}
