// The bundled model on phones. A release build keeps assets inside the package, where they have no path of their own: only
// downloadAsync gives them one. (A development build serves them over HTTP, so what skips that step works until the release.)
import { readAsset } from './read-asset';

const mockInstalled = { downloads: 0, files: new Map<string, Uint8Array>() };

class MockFile {
  constructor(private readonly uri: string) {}
  bytes() {
    const bytes = mockInstalled.files.get(this.uri);
    return bytes === undefined ? Promise.reject(new Error(`no file ${this.uri}`)) : Promise.resolve(bytes);
  }
}

jest.mock('expo-asset', () => ({
  Asset: {
    fromModule: (asset: number) => ({
      uri: `file:///android_res/raw/${asset}`,
      localUri: null,
      downloadAsync() {
        mockInstalled.downloads += 1;
        const localUri = `file:///cache/ExponentAsset-${asset}.tflite`;
        mockInstalled.files.set(localUri, Uint8Array.of(asset, 2, 3));
        return Promise.resolve({ ...this, localUri });
      },
    }),
  },
}));
jest.mock('expo-file-system', () => ({
  get File() {
    return MockFile;
  },
}));

test('the model’s bytes are read from where downloadAsync puts them', async () => {
  expect(await readAsset(7)).toEqual(Uint8Array.of(7, 2, 3));
  expect(mockInstalled.downloads).toBe(1);
});
