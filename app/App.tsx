// The root of the app: starts its services and shows its one screen, which does not wait for them.
import { StatusBar } from 'expo-status-bar';
import { useEffect } from 'react';
import { Dimensions } from 'react-native';
import { initialWindowMetrics, type Metrics, SafeAreaProvider } from 'react-native-safe-area-context';

import type { DetectorState } from './src/detection/detector-state';
import type { StoredReport } from './src/feedback/report';
import { Observable } from './src/observable';
import { workOffline } from './src/offline/work-offline';
import { exposeParity } from './src/parity/expose-parity';
import { MainScreen } from './src/screen/MainScreen';
import { useServices } from './src/services/use-services';
import { LanguageProvider } from './src/strings/LanguageProvider';
import type { ModelState } from './src/updates/model-state';
import { refusal } from './src/updates/reasons';
import { useObservable } from './src/use-observable';

const LOADING = new Observable<ModelState>({ status: 'loading' });
const NO_DETECTOR = new Observable<DetectorState>({ status: 'absent' });
const NO_REPORTS = new Observable<readonly StoredReport[]>([]);

/** The browser tells its insets only once something is drawn, and without any nothing would be. */
function firstMetrics(): Metrics {
  const { width, height } = Dimensions.get('window');
  const insets = { top: 0, right: 0, bottom: 0, left: 0 };
  return initialWindowMetrics ?? { frame: { x: 0, y: 0, width, height }, insets };
}

export function App() {
  const state = useServices();
  const services = state.status === 'started' ? state.services : null;
  const model = useObservable(services?.updater.model ?? LOADING);
  const reports = useObservable(services?.feedback.reports ?? NO_REPORTS);
  useEffect(() => {
    if (services !== null) {
      exposeParity(services);
      void services.updater.start().then(workOffline);
    }
  }, [services]);
  return (
    <SafeAreaProvider initialMetrics={firstMetrics()}>
      <LanguageProvider storage={services?.storage ?? null}>
        <StatusBar style="auto" />
        <MainScreen
          model={
            state.status === 'failed'
              ? { status: 'failed', refusal: refusal('storage', state.message) }
              : model
          }
          detector={services?.detector.model ?? NO_DETECTOR}
          reports={reports}
          services={services}
        />
      </LanguageProvider>
    </SafeAreaProvider>
  );
}
