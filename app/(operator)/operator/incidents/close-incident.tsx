'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { closedWords } from './report-words.ts';

type CloseIncidentProps = {
  batchId: string;
  flagId: string;
  dueAt: Date | null;
  /** What a false alarm would come to for the case, which other reports of it may keep shut. */
  ifFalseAlarm: string;
};

const outcomes = (ifFalseAlarm: string) => [
  { value: 'confirmed', label: 'It was protected information', hint: 'The case stays shut for everyone.' },
  { value: 'false_alarm', label: 'It was none', hint: ifFalseAlarm },
];

/** Ends an incident with what was found; whoever reported it is told. */
export function CloseIncident({ batchId, flagId, dueAt, ifFalseAlarm }: CloseIncidentProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [outcome, setOutcome] = useState<'confirmed' | 'false_alarm'>();
  const [note, setNote] = useState('');
  const [problems, setProblems] = useState<{ outcome?: string | undefined; note?: string | undefined }>({});
  const close = useMutation(
    trpc.work.closeIncident.mutationOptions({
      onSuccess: ({ shutBy }) => {
        toast.success(closedWords({ outcome, shutBy }));
        router.refresh();
      },
      onError: (error) => setProblems({ note: error.message }),
    }),
  );
  return (
    <form
      className="flex flex-col items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const text = note.trim();
        setProblems({
          outcome: outcome === undefined ? 'Say what it was.' : undefined,
          note: text === '' ? 'Say what was found.' : undefined,
        });
        if (text !== '' && outcome !== undefined) close.mutate({ batchId, flagId, outcome, note: text });
      }}
    >
      <Field label="What was it?" name={`outcome-${flagId}`} error={problems.outcome} className="w-full">
        <RadioCards
          options={outcomes(ifFalseAlarm)}
          columns={2}
          {...(outcome === undefined ? {} : { value: outcome })}
          onValueChange={(value) => setOutcome(value === 'confirmed' ? 'confirmed' : 'false_alarm')}
        />
      </Field>
      <Field
        label="What was found"
        name={`found-${flagId}`}
        hint="Where and of what kind, never the information itself."
        error={problems.note}
        className="w-full"
      >
        <Textarea rows={2} maxLength={4000} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" pending={close.isPending}>
          Close incident
        </Button>
        {dueAt === null ? null : (
          <span className="text-ink-3 text-xs">
            due <DateTime at={dueAt} />
          </span>
        )}
      </div>
    </form>
  );
}
