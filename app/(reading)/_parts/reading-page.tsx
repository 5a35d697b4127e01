'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { cn } from '#app/_ui/cn.ts';
import { ReadingSurface } from '#app/_ui/reading-surface.tsx';
import type { PageAction } from '#app/(reading)/_session/page-keys.ts';
import type { ReadingSession } from '#app/(reading)/_session/reading-session.ts';
import type { Held } from '#app/(reading)/_session/reading-types.ts';
import { CaseControls } from './case-controls.tsx';
import { CaseStack } from './case-stack.tsx';
import { ImageTools } from './image-tools.tsx';
import { NotTakenList } from './not-taken.tsx';
import { NothingLeft } from './nothing-left.tsx';
import { type OpenDialog, pageAct } from './page-act.ts';
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
const LessonPanel = dynamic(() => import('./lesson-panel.tsx').then((file) => file.LessonPanel), {
  ssr: false,
});
const GuidelinePanel = dynamic(() => import('./guideline-panel.tsx').then((file) => file.GuidelinePanel), {
  ssr: false,
});

/** The reading page, and with its forms the review and adjudication pages: one case, one form, one line of state. */
export function ReadingPage({ email, ...input }: DeskInput & { email: string }) {
  const { session, state, now } = useDesk(input);
  const { reading, tier } = input;
  const [held] = state.cases;
  // A training case stays on the screen, with its answer beside it, until one goes on.
  const lesson = state.isLocked ? null : state.lesson;
  const shown = lesson === null ? held : (lesson.held ?? undefined);
  const content = state.isLocked ? null : (shown?.content ?? null);
  const images = content?.assets.filter((asset) => asset.content.kind === 'image') ?? [];
  const desk = useImageDesk(
    shown?.leaseId ?? null,
    images.map((image) => image.handle),
  );
  const focus = useFieldFocus(session, tier, held);
  const [open, setOpen] = useState<OpenDialog>(null);
  // The keys would lie over the password field.
  if (state.isLocked && open?.what === 'help') setOpen(null);
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

  const act = (action: PageAction) =>
    pageAct(
      {
        session,
        tier,
        held: content !== null && held ? held : null,
        desk,
        focus,
        scroller,
        isGuideOpen,
        setIsGuideOpen,
        setOpen,
        submit,
      },
      action,
    );
  // While the answer of a training case is shown, the keys are its own.
  usePageKeys(state.isLocked || lesson !== null ? null : act);

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
          <LockScreen email={email} isOthersSession={state.isOthersSession} onUnlock={session.unlock} />
        ) : content ? (
          <CaseStack
            cases={lesson?.held ? [lesson.held, ...state.cases] : state.cases}
            desk={desk}
            scroller={scroller}
          />
        ) : lesson ? (
          <p className="m-auto max-w-[56ch] p-6 text-ink-2">
            The page was opened anew since you read this case, so it is not shown again.
          </p>
        ) : (
          <NothingLeft
            state={state}
            tier={tier}
            replies={reading.replies}
            now={now}
            onLookAgain={() => void session.lookAgain()}
          />
        )}
        {isGuideOpen && !state.isLocked ? (
          <GuidelinePanel
            protocol={reading.protocol}
            clarifications={content?.clarifications ?? []}
            replies={reading.replies}
            field={session.schema.fields.find((field) => field.key === focus.active)}
            onClose={() => setIsGuideOpen(false)}
          />
        ) : null}
      </main>
      <aside
        aria-label="Answers"
        className="flex min-h-0 flex-col border-line border-t bg-surface lg:border-t-0 lg:border-l"
      >
        {state.isLocked ? null : <NotTakenList session={session} items={state.notTaken} />}
        {lesson ? (
          <LessonPanel
            lesson={lesson}
            schema={session.schema}
            isOnline={state.isOnline}
            onClose={session.closeLesson}
          />
        ) : held && content ? (
          <CaseControls
            session={session}
            state={state}
            tier={tier}
            held={held}
            focus={focus}
            imageTools={images.length === 0 ? null : <ImageTools desk={desk} />}
            replies={reading.replies.length}
            onSkip={() => setOpen({ what: 'skip', leaseId: held.leaseId })}
            onFlag={(kind) => setOpen({ what: 'flag', leaseId: held.leaseId, kind })}
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
      <Dialogs
        open={open}
        setOpen={setOpen}
        session={session}
        held={held && content ? held : null}
        isLocked={state.isLocked}
      />
    </ReadingSurface>
  );
}

type DialogsProps = {
  open: OpenDialog;
  setOpen(open: OpenDialog): void;
  session: ReadingSession;
  /** The case on the screen. */
  held: Held | null;
  isLocked: boolean;
};

function Dialogs({ open, setOpen, session, held, isLocked }: DialogsProps) {
  const close = () => setOpen(null);
  if (open?.what === 'help') return <HelpDialog onClose={close} />;
  if (open === null) return null;
  const { leaseId } = open;
  // What is being said stays open, with its words, also when the case is lost meanwhile. Behind the lock nobody sees it (R28).
  if (open.what === 'flag') {
    const { kind } = open;
    return (
      <FlagDialog
        kind={kind}
        isHidden={isLocked}
        onClose={close}
        onSend={(note) => session.flag(leaseId, kind, note)}
      />
    );
  }
  if (held?.leaseId !== leaseId) return null;
  return (
    <SkipDialog
      isReturned={held.isReturned}
      onClose={close}
      onSkip={(reason, note) => {
        close();
        session.skip(leaseId, reason, note);
      }}
    />
  );
}
