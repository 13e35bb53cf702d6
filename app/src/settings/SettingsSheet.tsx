// Settings: the model, its updates, the user's reports, and what happens to photos.
import type { Services } from '../services/services';
import { useStrings } from '../strings/use-strings';
import { Sheet } from '../ui/Sheet';
import { Words } from '../ui/Words';
import { useObservable } from '../use-observable';
import { LanguageSection } from './LanguageSection';
import { ModelSection } from './ModelSection';
import { ReportsSection } from './ReportsSection';
import { UpdatesSection } from './UpdatesSection';

type Props = { readonly services: Services; readonly onClose: () => void };

export function SettingsSheet({ services: { updater, feedback }, onClose }: Props) {
  const strings = useStrings();
  const model = useObservable(updater.model);
  const updates = useObservable(updater.updates);
  const reports = useObservable(feedback.reports);
  return (
    <Sheet title={strings.settings.title} onClose={onClose}>
      <LanguageSection />
      <ModelSection model={model} />
      <UpdatesSection updates={updates} onCheck={() => void updater.check()} />
      {model.status === 'ready' ? (
        <ReportsSection
          reports={reports}
          labels={model.description.labels}
          onTakeBack={(id) => void feedback.takeBack(id)}
        />
      ) : null}
      <Words size="small" soft>
        {strings.settings.privacy}
      </Words>
    </Sheet>
  );
}
