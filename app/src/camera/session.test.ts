// A photo's way over the screen: what comes late about an earlier photo changes nothing.
import { describeModel } from '../updates/testing/publisher';
import type { Judgement } from '../verdict/judge';
import { nextSession, type PhotoReport, type Session } from './session';

const first = { uri: 'first', takenAt: '2026-11-24T08:00:00Z' };
const second = { uri: 'second', takenAt: '2026-11-24T08:00:01Z' };
const judgement: Judgement = {
  prediction: { score: 0.97, heatmap: { height: 1, width: 1, values: Float32Array.of(3) } },
  verdict: 'positive',
  description: describeModel('1.0.0', Uint8Array.of(1)),
};
const judging: Session = { status: 'judging', photo: second };

test('a photo is judged, shown, and left for the next', () => {
  const judged = nextSession(judging, { type: 'judged', photo: second, judgement });
  expect(judged).toEqual({ status: 'judged', photo: second, judgement, report: { status: 'none' } });
  expect(nextSession(judged, { type: 'restart' })).toEqual({ status: 'aiming' });
});

test('a judgement or failure of an earlier photo is not shown for this one', () => {
  expect(nextSession(judging, { type: 'judged', photo: first, judgement })).toBe(judging);
  expect(nextSession(judging, { type: 'failed', photo: first, problem: 'modelFailed' })).toBe(judging);
});

test('a camera that fails once another photo was chosen takes nothing from that one', () => {
  expect(nextSession(judging, { type: 'failed', photo: null, problem: 'cameraFailed' })).toBe(judging);
});

test('a report belongs to the photo that it is about, however late it is kept', () => {
  const judged = nextSession(judging, { type: 'judged', photo: second, judgement });
  const reports: readonly PhotoReport[] = [
    { status: 'underWay' },
    { status: 'kept', id: 'id' },
    { status: 'none' },
  ];
  for (const report of reports) {
    expect(nextSession(judged, { type: 'reported', photo: second, report })).toEqual({ ...judged, report });
    expect(nextSession(judged, { type: 'reported', photo: first, report })).toBe(judged);
    expect(nextSession(judging, { type: 'reported', photo: first, report })).toBe(judging);
  }
});

test('a failure of this photo, and one without a photo, is shown', () => {
  expect(nextSession(judging, { type: 'failed', photo: second, problem: 'unreadablePhoto' }).status).toBe(
    'failed',
  );
  expect(nextSession({ status: 'aiming' }, { type: 'failed', photo: null, problem: 'cameraFailed' })).toEqual(
    {
      status: 'failed',
      photo: null,
      problem: 'cameraFailed',
    },
  );
});
