// The viewfinder with what lies over its picture: boxes and tools while aiming, the evidence when it is asked for.
import { AimTools } from '../camera/AimTools';
import type { Session } from '../camera/session';
import type { Aim } from '../camera/use-aim';
import { FRAME_BORDER, Viewfinder } from '../camera/Viewfinder';
import type { DetectorState } from '../detection/detector-state';
import { LiveBoxes } from '../live/LiveBoxes';
import type { LiveView } from '../live/use-live-view';
import type { Observable } from '../observable';
import type { ModelState } from '../updates/model-state';
import { WhyOverlay } from '../verdict/WhyOverlay';

type Props = {
  /** In points, as in layout. */
  readonly side: number;
  readonly session: Session;
  readonly aim: Aim;
  readonly model: ModelState;
  readonly detector: Observable<DetectorState>;
  readonly live: boolean;
  readonly onLive: (on: boolean) => void;
  readonly view: Observable<LiveView | null>;
  readonly whyShown: boolean;
};

export function Picture({ side, session, aim, model, detector, live, onLive, view, whyShown }: Props) {
  const inside = side - 2 * FRAME_BORDER;
  return (
    <Viewfinder
      side={side}
      session={session}
      camera={aim.camera}
      feed={aim.feed}
      ready={aim.features !== null}
      boxes={
        live && aim.features !== null ? (
          <LiveBoxes view={view} side={inside} mirrored={aim.features.mirrored} />
        ) : null
      }
      tools={<AimTools aim={aim} live={live} onLive={onLive} />}
      why={
        session.status === 'judged' && whyShown ? (
          <WhyOverlay
            photo={session.photo}
            judgement={session.judgement}
            model={model}
            detector={detector}
            side={inside}
          />
        ) : null
      }
      {...aim.feedProps}
    />
  );
}
