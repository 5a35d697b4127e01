'use client';

import { useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { AnswerForm } from './answer-form.tsx';
import { ReadsSideBySide } from './reads-side-by-side.tsx';
import type { DecideFormProps } from './review-form.tsx';
import { WhyHere } from './why-here.tsx';

const CHECK_WORDS = { audit: 'Independent audit', reread: 'Blind re-read' } as const;

/** The panel's own answers, with the reads beside them and the rationale that is kept with the final label. */
export function AdjudicationForm(props: DecideFormProps) {
  const { schema, reads, asked, work, faults, active, onActive, onChange } = props;
  const [copies, setCopies] = useState(0);
  const checks = (asked?.dissents ?? []).map(({ purpose, answers, comment }) => ({
    labelId: purpose,
    name: CHECK_WORDS[purpose],
    answers,
    confidence: null,
    rationale: null,
    isAccepted: true,
    isAuthorGone: false,
    comment,
  }));
  const shown = [...reads, ...checks];
  return (
    <div className="flex flex-col gap-5">
      <WhyHere reason={asked?.reason ?? null} schema={schema} />
      <ReadsSideBySide schema={schema} reads={shown} />
      {checks
        .filter((check) => check.comment !== '')
        .map((check) => (
          <p key={check.labelId} className="text-ink-2 text-sm">
            {check.name} says: {check.comment}
          </p>
        ))}
      <div className="flex flex-wrap gap-1">
        {shown.map((read) => (
          <Button
            key={read.labelId}
            size="sm"
            onClick={() => {
              onChange((before) => ({ ...before, answers: read.answers }));
              setCopies(copies + 1);
            }}
          >
            Begin from {read.name}
          </Button>
        ))}
      </div>
      <AnswerForm
        key={copies}
        schema={schema}
        answers={work.answers}
        faults={faults}
        active={active}
        onActive={onActive}
        onAnswers={(answers) => onChange((before) => ({ ...before, answers }))}
      />
      <Field
        label="Rationale"
        hint="Kept with the final label. Ctrl + Enter submits."
        error={faults.find((fault) => fault.path === 'rationale')?.message}
      >
        <Textarea
          rows={3}
          maxLength={4000}
          value={work.rationale}
          onFocus={() => onActive('rationale')}
          onChange={(event) => onChange((before) => ({ ...before, rationale: event.target.value }))}
        />
      </Field>
    </div>
  );
}
