// Calls back when an app that waited may do better now: the network is back, or it is in view again.
import { addNetworkStateListener } from 'expo-network';
import { AppState } from 'react-native';

export function onWake(wake: () => void): () => void {
  const view = AppState.addEventListener('change', (state) => {
    if (state === 'active') {
      wake();
    }
  });
  const network = addNetworkStateListener(({ isInternetReachable }) => {
    if (isInternetReachable === true) {
      wake();
    }
  });
  return () => {
    view.remove();
    network.remove();
  };
}
