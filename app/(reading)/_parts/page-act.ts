import type { RefObject } from 'react';
import type { PageAction } from '#app/(reading)/_session/page-keys.ts';
import type { ReadingSession } from '#app/(reading)/_session/reading-session.ts';
import type { DeskTier, FlagKind, Held } from '#app/(reading)/_session/reading-types.ts';
import type { useFieldFocus } from './use-field-focus.ts';
import type { useImageDesk } from './use-image-desk.ts';

/** What a key can open over the case. */
export type OpenDialog =
  | { what: 'help' }
  /** About the case that was on the screen when it was opened, whatever is there by the time it is sent. */
  | { what: 'skip'; leaseId: string }
  | { what: 'flag'; leaseId: string; kind: FlagKind }
  | null;

type ActOn = {
  session: ReadingSession;
  tier: DeskTier;
  /** The case on the screen when it can be worked on, and whether it was taken back for amendment. */
  held: Pick<Held, 'leaseId' | 'amends'> | null;
  desk: ReturnType<typeof useImageDesk>;
  focus: ReturnType<typeof useFieldFocus>;
  scroller: RefObject<HTMLElement | null>;
  isGuideOpen: boolean;
  setIsGuideOpen(open: boolean): void;
  setOpen(open: OpenDialog): void;
  submit(): void;
};

/** Carries out what a key asks for; what needs a case does nothing without one. */
export function pageAct(on: ActOn, action: PageAction) {
  const { session, tier, isGuideOpen, setIsGuideOpen, setOpen } = on;
  if (action.do === 'help') return setOpen({ what: 'help' });
  if (action.do === 'guideline') return setIsGuideOpen(!isGuideOpen);
  if (action.do === 'undo' && tier === 'label') return session.undo();
  if (on.held !== null) caseAct(on, on.held, action);
}

function caseAct(on: ActOn, held: Pick<Held, 'leaseId' | 'amends'>, action: PageAction) {
  const { session, tier, desk, focus, scroller, isGuideOpen, setIsGuideOpen, setOpen } = on;
  switch (action.do) {
    case 'choose':
      return focus.chooseByDigit(action.digit);
    case 'confidence':
      if (tier === 'label') session.change((work) => ({ ...work, confidence: action.level }));
      return;
    case 'submit':
      return on.submit();
    case 'skip':
      return held.amends === null ? setOpen({ what: 'skip', leaseId: held.leaseId }) : undefined;
    case 'flag':
      return setOpen({ what: 'flag', leaseId: held.leaseId, kind: action.kind });
    case 'step':
      return focus.step(action.by);
    case 'cancel':
      if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body)
        return document.activeElement.blur();
      return isGuideOpen ? setIsGuideOpen(false) : session.keepAsItWas();
    case 'zoom':
      return desk.zoom(action.factor);
    case 'pan':
      return desk.pan(action.x, action.y);
    case 'light':
      return desk.setLight((light) => ({ ...light, [action.what]: light[action.what] + action.by }));
    case 'reset':
      return desk.reset();
    case 'next_image':
      return desk.activateNext();
    case 'scroll':
      return scroller.current?.scrollBy(0, action.pages * scroller.current.clientHeight);
    default:
      return;
  }
}
