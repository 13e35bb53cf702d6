// The user's own reports: what was said, what has become of it, and the way to take it back.
import { StyleSheet, View } from 'react-native';

import type { StoredReport } from '../feedback/report';
import { ReportState } from '../feedback/ReportState';
import type { ModelDescription } from '../model/description';
import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { useTheme } from '../ui/theme';
import { Words } from '../ui/Words';

type Props = {
  readonly reports: readonly StoredReport[];
  /** Null where no model works, which keeps nobody from taking a report back. */
  readonly labels: ModelDescription['labels'] | null;
  readonly onTakeBack: (id: string) => void;
};

export function ReportsSection({ reports, labels, onTakeBack }: Props) {
  const strings = useStrings();
  const format = useFormat();
  const labelOf = useLabel();
  const theme = useTheme();
  const said = ({ report, hasPhoto }: StoredReport) => {
    const parts = [
      ...(labels === null ? [] : [strings.settings.claimed(labelOf(labels[report.claimed_label]))]),
      ...(hasPhoto ? [strings.settings.withPhoto] : []),
    ];
    return parts.length === 0 ? null : <Words>{parts.join(', ')}</Words>;
  };
  return (
    <View style={styles.section}>
      <Words size="heading">{strings.settings.reports}</Words>
      {reports.length === 0 ? <Words soft>{strings.settings.noReports}</Words> : null}
      {reports.map((stored) => (
        <View key={stored.report.id} style={[styles.report, { borderColor: theme.hairline }]}>
          {said(stored)}
          <Words size="small" soft testID="report-made-at">
            {format.moment(stored.madeAt)}
          </Words>
          <View style={styles.foot}>
            <ReportState stored={stored} />
            <Button
              label={strings.report.takeBack}
              disabled={stored.state.status === 'withdrawing'}
              onPress={() => onTakeBack(stored.report.id)}
              testID="take-back"
            />
          </View>
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  section: { gap: 10 },
  report: { gap: 4, borderTopWidth: 2, paddingTop: 10 },
  foot: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: 10,
    paddingBottom: 6,
  },
});
