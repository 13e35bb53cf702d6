// What has become of a report, in words, and the way to take it back.
import { StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';
import { REFUSAL_CODES, type RefusalCode, type StoredReport } from './report';

type Props = {
  readonly stored: StoredReport;
  /** Whether it says nothing aloud, since another one does. */
  readonly silent?: boolean;
};

export function ReportState({ stored: { state }, silent = false }: Props) {
  const strings = useStrings();
  const reason =
    'message' in state
      ? `: ${isKnown(state.code) ? strings.report.refusals[state.code] : state.message}`
      : '';
  const words = `${strings.report.state[state.status]}${reason}`;
  return (
    <View style={styles.state} aria-live={silent ? 'off' : 'polite'} role="status">
      {silent ? null : <Announcement words={words} />}
      <Words size="small" style={styles.words} testID="report-state">
        {words}
      </Words>
    </View>
  );
}

/** Comes and goes with the silence, so that what changed meanwhile is not announced when that ends. */
function Announcement({ words }: { readonly words: string }) {
  // Not a whole list of them when it is opened.
  useAnnounce(words, { onlyChanges: true });
  return null;
}

function isKnown(code: string): code is RefusalCode {
  return REFUSAL_CODES.some((known) => known === code);
}

const styles = StyleSheet.create({
  state: { flexShrink: 1, alignItems: 'center' },
  words: { fontWeight: '600', textAlign: 'center' },
});
