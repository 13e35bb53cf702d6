// Whether bytes cost the user money on this connection, on phones.
import { getNetworkStateAsync, NetworkStateType } from 'expo-network';

const FREE: readonly (NetworkStateType | undefined)[] = [NetworkStateType.WIFI, NetworkStateType.ETHERNET];

/** Phones always tell. */
export const knowsMetered: boolean = true;

/** Everything but Wi-Fi and cable counts as metered: what a VPN or a tether runs over cannot be seen from here. */
export async function isMetered(): Promise<boolean> {
  const { type } = await getNetworkStateAsync();
  return !FREE.includes(type);
}
