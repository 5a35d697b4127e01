'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import {
  DECISION_WORDS,
  STILL_WORDS,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import { type Decision, decideInput, type ProposalView } from '#server/scores/governance-schemas.ts';

/** The decision on a proposal: one of what is possible, with reason and evidence, both kept. */
export function DecideDialog({ proposal, about }: { proposal: ProposalView; about: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [decision, setDecision] = useState<Decision | ''>('');
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const decide = useMutation(
    trpc.scores.decide.mutationOptions({
      onSuccess: ({ batchWaitsFor }, input) => {
        setIsOpen(false);
        toast.success(
          batchWaitsFor === null ? DECISION_WORDS[input.decision].done : STILL_WORDS[batchWaitsFor],
        );
        router.refresh();
      },
    }),
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = decideInput.safeParse({ proposalId: proposal.id, decision, reason, evidence });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) decide.mutate(parsed.data);
  }

  /** What went wrong the last time is not news the next time. */
  function turn(open: boolean) {
    setIsOpen(open);
    setProblems([]);
    decide.reset();
  }

  const errors = byField(problems);
  return (
    <Dialog
      title={`Decide on ${proposal.subject}`}
      description={`${about}, ${proposal.batchName}. What you decide, why, and on what evidence stays on record.`}
      open={isOpen}
      onOpenChange={turn}
      trigger={
        <Button className="self-start" aria-label={`Decide on ${proposal.subject}: ${about}`}>
          Decide on {proposal.subject}
        </Button>
      }
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Refusal error={decide.error} title="The decision was not recorded." />
        <Choice of={proposal.decisions} value={decision} error={errors.decision} onChange={setDecision} />
        <Words
          reasonHint={
            proposal.subjectKind === 'reader'
              ? 'The person reads it. No patient data, and not which cases were gold.'
              : 'Readers may see it. No patient data.'
          }
          reason={reason}
          evidence={evidence}
          errors={errors}
          onReason={setReason}
          onEvidence={setEvidence}
        />
        <div>
          <Button type="submit" variant="primary" pending={decide.isPending}>
            Record decision
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type ChoiceProps = {
  of: readonly Decision[];
  value: Decision | '';
  error: string | undefined;
  onChange: (decision: Decision) => void;
};

/** What may be decided here, each with what it does. */
function Choice({ of, value, error, onChange }: ChoiceProps) {
  return (
    <Field label="Your decision" name="decision" error={error}>
      <RadioCards
        value={value}
        onValueChange={(chosen) => onChange(chosen as Decision)}
        options={of.map((one) => ({
          value: one,
          label: DECISION_WORDS[one].label,
          hint: DECISION_WORDS[one].hint,
        }))}
      />
    </Field>
  );
}

type WordsProps = {
  reasonHint: string;
  reason: string;
  evidence: string;
  errors: Readonly<Record<string, string | undefined>>;
  onReason: (words: string) => void;
  onEvidence: (words: string) => void;
};

/** Why, and on what: the two that every decision needs. */
function Words({ reasonHint, reason, evidence, errors, onReason, onEvidence }: WordsProps) {
  return (
    <>
      <Field label="Reason" name="reason" hint={reasonHint} error={errors.reason} required>
        <Textarea rows={2} value={reason} onChange={(event) => onReason(event.target.value)} />
      </Field>
      <Field
        label="Evidence"
        name="evidence"
        hint="What you looked at: the calibration, cases, confusions."
        error={errors.evidence}
        required
      >
        <Textarea rows={2} value={evidence} onChange={(event) => onEvidence(event.target.value)} />
      </Field>
    </>
  );
}
