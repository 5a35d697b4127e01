'use client';

import type { ReactNode } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import type { ReadingSession } from '#app/(reading)/_session/reading-session.ts';
import type { ReadingState } from '#app/(reading)/_session/reading-state.ts';
import type { DeskTier, FlagKind, Held } from '#app/(reading)/_session/reading-types.ts';
import { AdjudicationForm } from './adjudication-form.tsx';
import { AnswerForm } from './answer-form.tsx';
import { AuditForm } from './audit-form.tsx';
import { ConfidenceScale } from './confidence-scale.tsx';
import { ReviewForm } from './review-form.tsx';
import { FLAG_WORDS } from './say-words.ts';
import type { FieldFocus } from './use-field-focus.ts';

const SUBMIT: Record<DeskTier, string> = {
  label: 'Submit read',
  review: 'Submit review',
  audit: 'Submit audit',
  adjudicate: 'Submit decision',
};
const FLAGS = Object.keys(FLAG_WORDS) as FlagKind[];

export type CaseControlsProps = {
  session: ReadingSession;
  state: ReadingState;
  tier: DeskTier;
  held: Held;
  focus: FieldFocus;
  imageTools: ReactNode;
  /** Answers to what one has said about cases of this batch; they stand with the guideline. */
  replies: number;
  onSkip: () => void;
  onFlag: (kind: FlagKind) => void;
  onGuideline: () => void;
  onSubmit: () => void;
};

/** Everything one does about a case, at one edge. Submit stays in place whatever the form holds. */
export function CaseControls(props: CaseControlsProps) {
  const { session, state, tier, held, focus, imageTools } = props;
  const { schema } = session;
  const { work } = held;
  const general = state.faults.filter(
    (fault) =>
      fault.path === undefined ||
      (!schema.fields.some((field) => field.key === fault.path) && tier === 'label'),
  );
  const decide = {
    schema,
    reads: held.content?.reads ?? [],
    asked: held.content?.asked ?? null,
    work,
    faults: state.faults,
    active: focus.active,
    onActive: focus.setActive,
    onChange: session.change,
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 py-4">
        {held.amends === null ? null : (
          <p className="text-attention-ink text-sm">
            You are changing what you submitted. <Kbd>Esc</Kbd> leaves it as it was.
          </p>
        )}
        {tier === 'review' ? <ReviewForm key={held.leaseId} {...decide} /> : null}
        {tier === 'audit' ? <AuditForm key={held.leaseId} {...decide} /> : null}
        {tier === 'adjudicate' ? <AdjudicationForm key={held.leaseId} {...decide} /> : null}
        {tier === 'label' ? (
          <>
            <AnswerForm
              key={held.leaseId}
              schema={schema}
              answers={work.answers}
              faults={state.faults}
              active={focus.active}
              onActive={focus.setActive}
              onAnswers={(answers) => session.change((before) => ({ ...before, answers }))}
            />
            <ConfidenceScale
              value={work.confidence}
              isUnsaidLow={session.isUnsaidConfidenceLow}
              onChange={(confidence) => session.change((before) => ({ ...before, confidence }))}
            />
          </>
        ) : null}
        {general.length === 0 ? null : (
          <ul className="text-critical-ink text-sm">
            {general.map((fault) => (
              <li key={`${fault.code}${fault.message}`}>{fault.message}</li>
            ))}
          </ul>
        )}
        {imageTools}
      </div>
      <CaseActions {...props} />
    </div>
  );
}

function CaseActions({
  session,
  state,
  tier,
  held,
  replies,
  onSkip,
  onFlag,
  onGuideline,
  onSubmit,
}: CaseControlsProps) {
  /** What later versions say more clearly stands with the guideline, too (R24). */
  const clarified = held.content?.clarifications.length ?? 0;
  return (
    <div className="flex flex-col gap-2 border-line border-t bg-surface px-4 py-3">
      <p role="status" className="min-h-5 text-ink-2 text-sm">
        {state.faults.length > 0
          ? `${state.faults.length} ${state.faults.length === 1 ? 'answer is' : 'answers are'} missing or wrong.`
          : (state.notice?.text ?? '')}
      </p>
      <Button variant="primary" size="lg" className="justify-between" onClick={onSubmit}>
        {SUBMIT[tier]} <Kbd className="border-transparent bg-transparent text-on-accent">Enter</Kbd>
      </Button>
      <div className="grid grid-cols-3 gap-1">
        {tier === 'label' ? (
          <Button size="sm" disabled={state.last === null} onClick={session.undo}>
            Undo <Kbd>U</Kbd>
          </Button>
        ) : null}
        <Button size="sm" disabled={held.amends !== null} onClick={onSkip}>
          Skip <Kbd>S</Kbd>
        </Button>
        <Button size="sm" onClick={onGuideline}>
          Guide <Kbd>G</Kbd>
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a row of buttons */}
      <div role="group" aria-label="Say something about the case" className="flex flex-wrap gap-x-3 gap-y-1">
        {FLAGS.map((kind) => (
          <button
            key={kind}
            type="button"
            title={FLAG_WORDS[kind].title}
            onClick={() => onFlag(kind)}
            className="flex items-center gap-1 text-ink-3 text-xs hover:text-ink"
          >
            <Kbd>{FLAG_WORDS[kind].key}</Kbd>
            {FLAG_WORDS[kind].short}
          </button>
        ))}
      </div>
      {clarified === 0 ? null : (
        <button
          type="button"
          onClick={onGuideline}
          className="self-start font-medium text-accent-ink text-xs underline-offset-2 hover:underline"
        >
          The guideline has {clarified === 1 ? '1 clarification' : `${clarified} clarifications`}
        </button>
      )}
      {replies === 0 ? null : (
        <button
          type="button"
          onClick={onGuideline}
          className="self-start text-accent-ink text-xs underline-offset-2 hover:underline"
        >
          {replies === 1 ? '1 answer' : `${replies} answers`} to what you said
        </button>
      )}
    </div>
  );
}
