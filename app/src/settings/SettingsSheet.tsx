// Settings: the language, the model, its updates, the user's reports, what may be sent, and the way to the about page.
import { useState } from 'react';

import { AboutSheet } from '../about/AboutSheet';
import type { Services } from '../services/services';
import { useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Sheet } from '../ui/Sheet';
import { useObservable } from '../use-observable';
import { DetectorSection } from './DetectorSection';
import { LanguageSection } from './LanguageSection';
import { ModelSection } from './ModelSection';
import { PrivacySection } from './PrivacySection';
import { ReportsSection } from './ReportsSection';
import { UpdatesSection } from './UpdatesSection';

type Props = { readonly services: Services; readonly onClose: () => void };

export function SettingsSheet({ services, onClose }: Props) {
  const { updater, detector, feedback, counter, storage } = services;
  const strings = useStrings();
  const model = useObservable(updater.model);
  const reports = useObservable(feedback.reports);
  const [aboutShown, setAboutShown] = useState(false);
  if (aboutShown) {
    return <AboutSheet onClose={() => setAboutShown(false)} />;
  }
  return (
    <Sheet title={strings.settings.title} onClose={onClose}>
      <LanguageSection />
      <ModelSection model={model} />
      <UpdatesSection updater={updater} detector={detector} storage={storage} />
      <DetectorSection detector={detector} />
      <ReportsSection
        reports={reports}
        labels={model.status === 'ready' ? model.description.labels : null}
        onTakeBack={(id) => void feedback.takeBack(id)}
      />
      <PrivacySection storage={storage} counter={counter} />
      <Button label={strings.about.open} onPress={() => setAboutShown(true)} testID="about" />
    </Sheet>
  );
}
