'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { cn } from '#app/_ui/cn.ts';
import { ReadingSurface } from '#app/_ui/reading-surface.tsx';
import type { PageAction } from '#app/(reading)/_session/page-keys.ts';
import type { FlagKind } from '#app/(reading)/_session/reading-types.ts';
import { CaseControls } from './case-controls.tsx';
import { CaseStack } from './case-stack.tsx';
import { ImageTools } from './image-tools.tsx';
import { NothingLeft } from './nothing-left.tsx';
import { StatusLine } from './status-line.tsx';
import { type DeskInput, useDesk } from './use-desk.ts';
import { enterField, useFieldFocus } from './use-field-focus.ts';
import { useImageDesk } from './use-image-desk.ts';
import { usePageKeys } from './use-page-keys.ts';
import { useSurfaceTone } from './use-surface-tone.ts';

// Loaded when first opened: none of them is needed to read the first case.
const SkipDialog = dynamic(() => import('./say-dialog.tsx').then((file) => file.SkipDialog), { ssr: false });
const FlagDialog = dynamic(() => import('./say-dialog.tsx').then((file) => file.FlagDialog), { ssr: false });
const HelpDialog = dynamic(() => import('./help-dialog.tsx').then((file) => file.HelpDialog), { ssr: false });
const LockScreen = dynamic(() => import('./lock-screen.tsx').then((file) => file.LockScreen), { ssr: false });
const GuidelinePanel = dynamic(() => import('./guideline-panel.tsx').then((file) => file.GuidelinePanel), {
  ssr: false,
});

type Open = { what: 'skip' | 'help' } | { what: 'flag'; kind: FlagKind } | null;

/** The reading page, and with its forms the review and adjudication pages: one case, one form, one line of state. */
export function ReadingPage({ email, ...input }: DeskInput & { email: string }) {
  const { session, state, now } = useDesk(input);
  const { reading, tier } = input;
  const [held] = state.cases;
  const content = state.isLocked ? null : (held?.content ?? null);
  const images = content?.assets.filter((asset) => asset.content.kind === 'image') ?? [];
  const desk = useImageDesk(
    held?.leaseId ?? null,
    images.map((image) => image.handle),
  );
  const focus = useFieldFocus(session, tier, held);
  const [open, setOpen] = useState<Open>(null);
  const [isGuideOpen, setIsGuideOpen] = useState(false);
  const scroller = useRef<HTMLElement>(null);
  const router = useRouter();
  const tone = useSurfaceTone(reading.batchId, content && (images.length > 0 ? 'dark' : 'light'));

  const leave = () => void session.leave().finally(() => router.push('/work'));
  const submit = () => {
    const [fault] = session.submit();
    if (fault?.path !== undefined) {
      focus.setActive(fault.path);
      enterField(fault.path);
    }
    if (fault === undefined) scroller.current?.scrollTo(0, 0);
  };

  function act(action: PageAction) {
    if (action.do === 'help') return setOpen({ what: 'help' });
    if (action.do === 'guideline') return setIsGuideOpen(!isGuideOpen);
    if (action.do === 'undo' && tier === 'label') return session.undo();
    if (content === null || !held) return;
    switch (action.do) {
      case 'choose':
        return focus.chooseByDigit(action.digit);
      case 'confidence':
        if (tier === 'label') session.change((work) => ({ ...work, confidence: action.level }));
        return;
      case 'submit':
        return submit();
      case 'skip':
        return held.amends === null ? setOpen({ what: 'skip' }) : undefined;
      case 'flag':
        return setOpen({ what: 'flag', kind: action.kind });
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
  usePageKeys(state.isLocked ? null : act);

  return (
    <ReadingSurface
      tone={tone}
      className={cn(
        'flex min-h-dvh flex-col lg:grid lg:h-dvh lg:grid-rows-[minmax(0,1fr)_auto]',
        tier === 'label'
          ? 'lg:grid-cols-[minmax(0,1fr)_min(22%,320px)]'
          : 'lg:grid-cols-[minmax(0,1fr)_clamp(360px,36%,560px)]',
      )}
    >
      <main
        aria-label="Case"
        className={cn(
          'flex min-h-0 min-w-0 flex-1 flex-col',
          isGuideOpen &&
            'lg:grid lg:grid-cols-[minmax(0,1fr)_minmax(300px,34%)] lg:grid-rows-[minmax(0,1fr)]',
        )}
      >
        {state.isLocked ? (
          <LockScreen email={email} onUnlock={session.unlock} />
        ) : content ? (
          <CaseStack cases={state.cases} desk={desk} scroller={scroller} />
        ) : (
          <NothingLeft state={state} tier={tier} now={now} onLookAgain={() => void session.lookAgain()} />
        )}
        {isGuideOpen && !state.isLocked ? (
          <GuidelinePanel
            protocol={reading.protocol}
            field={session.schema.fields.find((field) => field.key === focus.active)}
            onClose={() => setIsGuideOpen(false)}
          />
        ) : null}
      </main>
      <aside
        aria-label="Answers"
        className="flex min-h-0 flex-col border-line border-t bg-surface lg:border-t-0 lg:border-l"
      >
        {held && content ? (
          <CaseControls
            session={session}
            state={state}
            tier={tier}
            held={held}
            focus={focus}
            imageTools={images.length === 0 ? null : <ImageTools desk={desk} />}
            onSkip={() => setOpen({ what: 'skip' })}
            onFlag={(kind) => setOpen({ what: 'flag', kind })}
            onGuideline={() => setIsGuideOpen(!isGuideOpen)}
            onSubmit={submit}
          />
        ) : null}
      </aside>
      <StatusLine
        state={state}
        reading={reading}
        tier={tier}
        now={now}
        onHelp={() => setOpen({ what: 'help' })}
        onLeave={leave}
      />
      {open?.what === 'help' ? <HelpDialog onClose={() => setOpen(null)} /> : null}
      {open?.what === 'skip' && content ? (
        <SkipDialog
          onClose={() => setOpen(null)}
          onSkip={(reason, note) => {
            setOpen(null);
            session.skip(reason, note);
          }}
        />
      ) : null}
      {open?.what === 'flag' && content ? (
        <FlagDialog
          kind={open.kind}
          onClose={() => setOpen(null)}
          onSend={(note) => session.flag(open.kind, note)}
        />
      ) : null}
    </ReadingSurface>
  );
}
