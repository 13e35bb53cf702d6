// The sheet that is open over the screen, if any.
import type { PhotoReport, Session } from '../camera/session';
import { ReportSheet } from '../feedback/ReportSheet';
import { HistorySheet } from '../history/HistorySheet';
import type { Photo } from '../pixels/photo';
import type { Services } from '../services/services';
import { SettingsSheet } from '../settings/SettingsSheet';

export type OpenSheet = 'none' | 'history' | 'report' | 'settings';

type Props = {
  readonly open: OpenSheet;
  readonly session: Session;
  readonly services: Services;
  readonly onReported: (photo: Photo, report: PhotoReport) => void;
  readonly onClose: () => void;
};

export function Sheets({ open, session, services, onReported, onClose }: Props) {
  switch (open) {
    case 'none':
      return null;
    case 'history':
      return <HistorySheet history={services.history} onClose={onClose} />;
    case 'settings':
      return <SettingsSheet services={services} onClose={onClose} />;
    case 'report':
      return session.status === 'judged' ? (
        <ReportSheet
          services={services}
          photo={session.photo}
          judgement={session.judgement}
          onReport={(report) => onReported(session.photo, report)}
          onClose={onClose}
        />
      ) : null;
  }
}
