'use client';

import { useState } from 'react';
import { needsAnswers } from '#app/(reading)/_session/check-work.ts';
import { choiceOfDigit, choicesOf, choose, nextMissing, stepField } from '#app/(reading)/_session/choices.ts';
import type { ReadingSession } from '#app/(reading)/_session/reading-session.ts';
import type { DeskTier, Held } from '#app/(reading)/_session/reading-types.ts';
import { audited } from './audit-form.tsx';
import { decided, nextPlace, outcomesOf } from './review-form.tsx';

export type FieldFocus = {
  /** What number keys act on: a field's key, or a read's label id in a review. */
  active: string | null;
  setActive(key: string): void;
  /** Chooses by number; returns false when there is no such choice. */
  chooseByDigit(digit: number): void;
  step(by: 1 | -1): void;
};

/** Which field the keyboard answers. A new case begins at the first field that must be answered. */
export function useFieldFocus(session: ReadingSession, tier: DeskTier, held: Held | undefined): FieldFocus {
  const [kept, setKept] = useState<{ leaseId: string; key: string } | null>(null);
  const { schema } = session;
  const reads = held?.content?.reads ?? [];
  const answers = held?.work.answers ?? {};
  const isAudit = tier === 'audit' && held?.content?.asked?.purpose !== 'reread';
  const first =
    tier === 'review'
      ? (reads.find((read) => held?.work.decisions[read.labelId] === undefined)?.labelId ?? null)
      : isAudit
        ? 'outcome'
        : (nextMissing(schema, answers, null) ?? schema.fields[0]?.key ?? null);
  const active = kept !== null && kept.leaseId === held?.leaseId ? kept.key : first;
  const setActive = (key: string) => {
    if (held) setKept({ leaseId: held.leaseId, key });
  };

  function chooseByDigit(digit: number) {
    const index = choiceOfDigit(digit);
    if (isAudit && active === 'outcome') {
      const outcome = (['agree', 'disagree'] as const)[index];
      if (outcome === undefined || held === undefined) return;
      session.change((work) => audited(work, held.content?.asked?.final ?? null, { outcome }));
      if (outcome === 'disagree') setActive(schema.fields[0]?.key ?? 'outcome');
      return;
    }
    const read = reads.find((one) => one.labelId === active);
    if (tier === 'review' && read && held) {
      const outcome = outcomesOf(read, held.content?.asked?.mayReturn ?? true)[index];
      if (outcome === undefined) return;
      session.change((work) => decided(work, read, { outcome }));
      setActive(nextPlace(schema, reads, held.work, read, outcome));
      return;
    }
    const field = schema.fields.find((one) => one.key === active);
    const choice = field && choicesOf(field)[index];
    // A typed field that was left with Escape takes the cursor again.
    if (field && (field.type === 'number' || field.type === 'text')) return enterField(field.key);
    if (!field || !choice) return;
    const after = choose(field, answers, choice);
    session.change((work) => ({ ...work, answers: after }));
    const isDone = field.type !== 'multi_label' && after[field.key] !== undefined;
    setActive((isDone ? nextMissing(schema, after, field.key) : null) ?? field.key);
  }

  function step(by: 1 | -1) {
    if (isAudit) {
      const places = [
        'outcome',
        ...(held?.work.check.outcome === 'disagree' ? schema.fields.map((field) => field.key) : []),
      ];
      const at = Math.max(0, places.indexOf(active ?? ''));
      setActive(places[(at + by + places.length) % places.length] ?? 'outcome');
      return;
    }
    if (tier !== 'review') {
      const next = stepField(schema, active, by);
      if (next !== null) setActive(next);
      return;
    }
    const hasFix = held !== undefined && needsAnswers('review', held.work);
    const places = [
      ...reads.map((read) => read.labelId),
      ...(hasFix ? schema.fields.map((field) => field.key) : []),
    ];
    const at = places.indexOf(active ?? '');
    const next = places[(at + by + places.length) % places.length];
    if (next !== undefined) setActive(next);
  }

  return { active, setActive, chooseByDigit, step };
}

/** Puts the cursor into a typed field; nothing happens for a field of choices. */
export function enterField(key: string): void {
  const box = document.querySelector(`:is(input, textarea)[aria-labelledby="field-${CSS.escape(key)}"]`);
  if (box instanceof HTMLElement) box.focus();
}
