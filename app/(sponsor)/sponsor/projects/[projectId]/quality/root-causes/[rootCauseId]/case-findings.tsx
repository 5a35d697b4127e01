'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { CasesSideBySide } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/cases-side-by-side.tsx';
import {
  ChooseOne,
  optionsOfWords,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/choose-one.tsx';
import {
  DISAGREEMENT_WORDS,
  ERROR_WORDS,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import { findingInput, type RootCauseView } from '#server/scores/governance-schemas.ts';

type Case = RootCauseView['cases'][number];

/** Divided cases side by side, each with what somebody found in it. */
export function CaseFindings({ view, canFind }: { view: RootCauseView; canFind: boolean }) {
  if (view.cases.length === 0)
    return (
      <EmptyState title="No divided case to look at">
        When the case was opened, no case had answers that could be held against each other and differed.
      </EmptyState>
    );
  return (
    <CasesSideBySide
      batchId={view.batchId}
      cases={view.cases}
      options={view.options}
      more={Object.fromEntries(
        view.cases.map((one) => [
          one.taskId,
          <Finding key={one.taskId} rootCauseId={view.id} one={one} canFind={canFind} />,
        ]),
      )}
    />
  );
}

type FindingProps = { rootCauseId: string; one: Case; canFind: boolean };

function Finding({ rootCauseId, one, canFind }: FindingProps) {
  const [isOpen, setIsOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const { finding } = one;
  /** Closes the form; focus goes back to what has opened it. */
  function leave() {
    setIsOpen(false);
    opener.current?.focus();
  }
  return (
    <div className="flex flex-col gap-2 pl-0 sm:pl-50">
      {finding ? (
        <p className="text-sm">
          <strong className="font-medium">{DISAGREEMENT_WORDS[finding.disagreement]}</strong> ·{' '}
          {ERROR_WORDS[finding.errorKind]}
          {finding.note ? ` · ${finding.note}` : ''} <span className="text-ink-3">({finding.by})</span>
        </p>
      ) : null}
      {canFind ? (
        <div>
          <Button ref={opener} size="sm" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {finding ? `Say otherwise of ${one.externalId}` : `Say why they disagree on ${one.externalId}`}
          </Button>
        </div>
      ) : null}
      {canFind && isOpen ? (
        <FindingForm rootCauseId={rootCauseId} taskId={one.taskId} onDone={leave} />
      ) : null}
    </div>
  );
}

type FindingFormProps = { rootCauseId: string; taskId: string; onDone: () => void };

function FindingForm({ rootCauseId, taskId, onDone }: FindingFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [disagreement, setDisagreement] = useState('');
  const [errorKind, setErrorKind] = useState('');
  const [note, setNote] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const record = useMutation(
    trpc.scores.recordFinding.mutationOptions({
      onSuccess: () => {
        toast.success('Recorded.');
        onDone();
        router.refresh();
      },
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = findingInput.safeParse({ rootCauseId, taskId, disagreement, errorKind, note });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) record.mutate(parsed.data);
  }
  const errors = byField(problems);
  // Several of these forms may be open on the page, and another asks for the same of the whole case.
  const named = (name: string) => `${taskId}.${name}`;
  return (
    <form
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone();
      }}
      className="flex max-w-[720px] flex-col gap-3"
    >
      <FormErrorSummary
        problems={problems.map(({ name = '', message }) => ({ name: named(name), message }))}
      />
      <Refusal error={record.error} title="It was not recorded." />
      <div className="grid gap-3 sm:grid-cols-2">
        <ChooseOne
          label="Why they disagree"
          name={named('disagreement')}
          none="Choose"
          options={optionsOfWords(DISAGREEMENT_WORDS)}
          value={disagreement}
          error={errors.disagreement}
          onChange={setDisagreement}
        />
        <ChooseOne
          label="What is wrong with the label"
          name={named('errorKind')}
          none="Choose"
          options={optionsOfWords(ERROR_WORDS)}
          value={errorKind}
          error={errors.errorKind}
          onChange={setErrorKind}
        />
      </div>
      <Field label="Note" name={named('note')} hint="No patient data." optional error={errors.note}>
        <Input value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" size="sm" pending={record.isPending}>
          Record finding
        </Button>
        <Button size="sm" variant="quiet" onClick={onDone}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
