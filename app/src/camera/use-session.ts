// Runs the session: takes photos in, has them judged by the model that is ready, frees them when they leave the screen.
import { useCallback, useEffect, useReducer } from 'react';

import type { Photo } from '../pixels/photo';
import { releasePhoto } from '../pixels/photo-pixels';
import type { ModelState } from '../updates/model-state';
import { judge } from '../verdict/judge';
import { nextSession, type PhotoReport, type Problem, type Session } from './session';

export type SessionControls = {
  readonly session: Session;
  readonly show: (photo: Photo) => void;
  readonly reported: (photo: Photo, report: PhotoReport) => void;
  readonly fail: (problem: Problem) => void;
  readonly restart: () => void;
};

export function useSession(model: ModelState): SessionControls {
  const [session, dispatch] = useReducer(nextSession, { status: 'aiming' });
  const photo = session.status === 'aiming' ? null : session.photo;
  const awaited = session.status === 'judging' ? session.photo : null;

  useEffect(() => {
    if (awaited === null || model.status === 'loading') {
      return;
    }
    if (model.status !== 'ready') {
      dispatch({ type: 'failed', photo: awaited, problem: 'noModel' });
      return;
    }
    void model
      .use((classifier) => judge(awaited, classifier))
      .then((result) =>
        dispatch(
          result.ok
            ? { type: 'judged', photo: awaited, judgement: result.value }
            : { type: 'failed', photo: awaited, problem: result.error },
        ),
      );
  }, [awaited, model]);

  useEffect(() => (photo === null ? undefined : () => releasePhoto(photo)), [photo]);

  return {
    session,
    show: useCallback((taken) => dispatch({ type: 'photo', photo: taken }), []),
    reported: useCallback((about, report) => dispatch({ type: 'reported', photo: about, report }), []),
    fail: useCallback((problem) => dispatch({ type: 'failed', photo: null, problem }), []),
    restart: useCallback(() => dispatch({ type: 'restart' }), []),
  };
}
