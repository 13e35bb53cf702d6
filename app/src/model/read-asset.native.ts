// Reads an asset of the app on phones. A release build keeps it inside the package: downloadAsync makes it a file.
import { Asset } from 'expo-asset';
import { File } from 'expo-file-system';

export async function readAsset(asset: number): Promise<Uint8Array> {
  const { localUri, uri } = await Asset.fromModule(asset).downloadAsync();
  return new File(localUri ?? uri).bytes();
}
