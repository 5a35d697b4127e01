'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Field } from '#app/_ui/field.tsx';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
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
  const { finding } = one;
  return (
    <div className="flex flex-col gap-2 pl-0 sm:pl-50">
      {finding ? (
        <p className="text-sm">
          <strong className="font-medium">{DISAGREEMENT_WORDS[finding.disagreement]}</strong> ·{' '}
          {ERROR_WORDS[finding.errorKind]}
          {finding.note ? ` · ${finding.note}` : ''} <span className="text-ink-3">({finding.by})</span>
        </p>
      ) : null}
      {canFind && !isOpen ? (
        <div>
          <Button size="sm" onClick={() => setIsOpen(true)}>
            {finding ? 'Say otherwise' : `Say why they disagree on ${one.externalId}`}
          </Button>
        </div>
      ) : null}
      {canFind && isOpen ? (
        <FindingForm rootCauseId={rootCauseId} taskId={one.taskId} onDone={() => setIsOpen(false)} />
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
  function submit() {
    const parsed = findingInput.safeParse({ rootCauseId, taskId, disagreement, errorKind, note });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) record.mutate(parsed.data);
  }
  const errors = byField(problems);
  return (
    <div className="flex max-w-[720px] flex-col gap-3">
      <Refusal error={record.error} title="It was not recorded." />
      <div className="grid gap-3 sm:grid-cols-2">
        <ChooseOne
          label="Why they disagree"
          none="Choose"
          options={optionsOfWords(DISAGREEMENT_WORDS)}
          value={disagreement}
          error={errors.disagreement}
          onChange={setDisagreement}
        />
        <ChooseOne
          label="What is wrong with the label"
          none="Choose"
          options={optionsOfWords(ERROR_WORDS)}
          value={errorKind}
          error={errors.errorKind}
          onChange={setErrorKind}
        />
      </div>
      <Field label="Note" hint="No patient data." optional error={errors.note}>
        <Input value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div className="flex gap-2">
        <Button variant="primary" size="sm" pending={record.isPending} onClick={submit}>
          Record finding
        </Button>
        <Button size="sm" variant="quiet" onClick={onDone}>
          Leave it
        </Button>
      </div>
    </div>
  );
}
