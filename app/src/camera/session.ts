// What the screen is doing: aiming, judging a photo, showing a judgement, or saying what went wrong.
import type { Photo } from '../pixels/photo';
import type { Strings } from '../strings/languages';
import type { Judgement } from '../verdict/judge';

/** Which sentence of `strings.problem` is shown. */
export type Problem = Exclude<keyof Strings['problem'], 'tryAgain' | 'notShared'>;

/** The report that a verdict was wrong: there is none, it is about to be kept, or it is kept under its id. */
export type PhotoReport =
  | { readonly status: 'none' }
  | { readonly status: 'underWay' }
  | { readonly status: 'kept'; readonly id: string };

export type Session =
  | { readonly status: 'aiming' }
  | { readonly status: 'judging'; readonly photo: Photo }
  | {
      readonly status: 'judged';
      readonly photo: Photo;
      readonly judgement: Judgement;
      readonly report: PhotoReport;
    }
  | { readonly status: 'failed'; readonly photo: Photo | null; readonly problem: Problem };

export type SessionEvent =
  | { readonly type: 'photo'; readonly photo: Photo }
  | { readonly type: 'judged'; readonly photo: Photo; readonly judgement: Judgement }
  | { readonly type: 'reported'; readonly photo: Photo; readonly report: PhotoReport }
  | { readonly type: 'failed'; readonly photo: Photo | null; readonly problem: Problem }
  | { readonly type: 'restart' };

export function nextSession(session: Session, event: SessionEvent): Session {
  switch (event.type) {
    case 'photo':
      return { status: 'judging', photo: event.photo };
    case 'judged':
      // A judgement that comes after the user moved on to another photo is not this photo's.
      return isAwaited(session, event.photo)
        ? { status: 'judged', photo: event.photo, judgement: event.judgement, report: { status: 'none' } }
        : session;
    case 'reported':
      // The sheet can be closed, and the next photo taken, before the report is kept.
      return session.status === 'judged' && session.photo === event.photo
        ? { ...session, report: event.report }
        : session;
    case 'failed':
      return isNews(session, event)
        ? { status: 'failed', photo: event.photo, problem: event.problem }
        : session;
    case 'restart':
      return { status: 'aiming' };
  }
}

function isNews(session: Session, { photo, problem }: Extract<SessionEvent, { type: 'failed' }>): boolean {
  if (problem === 'cameraFailed') {
    return session.status === 'aiming'; // it may come after the user has chosen a photo instead
  }
  return photo === null || isAwaited(session, photo);
}

function isAwaited(session: Session, photo: Photo): boolean {
  return session.status === 'judging' && session.photo === photo;
}
