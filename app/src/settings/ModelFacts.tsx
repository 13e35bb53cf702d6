// What is known of a model: its version, age, figures and what is new in it.
import { useFormat, useStrings } from '../strings/use-strings';
import type { AnyDescription } from '../model/description';
import { Row } from './Row';

type Props = {
  readonly description: AnyDescription;
  readonly source: 'bundled' | 'downloaded';
  /** How well it did in tests; null where that was not measured. */
  readonly figures: string | null;
  readonly versionTestID: string;
};

export function ModelFacts({ description, source, figures, versionTestID }: Props) {
  const { settings } = useStrings();
  const format = useFormat();
  const { version, created_at: created, release_notes: notes = '' } = description;
  return (
    <>
      <Row name={settings.version} value={`${version} (${settings.source[source]})`} testID={versionTestID} />
      <Row name={settings.made} value={format.date(created)} />
      {figures === null ? null : <Row name={settings.inTests} value={figures} />}
      {notes === '' ? null : <Row name={settings.notes} value={notes} />}
    </>
  );
}
