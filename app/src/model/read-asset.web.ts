// Reads an asset of the app in the browser, from where the page came from.
import { Asset } from 'expo-asset';

export async function readAsset(asset: number): Promise<Uint8Array> {
  const { uri } = Asset.fromModule(asset);
  const response = await fetch(uri);
  if (!response.ok) {
    throw new Error(`${uri} answered ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
