'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { Field } from '#app/_ui/field.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { type Signature, SignDialog } from '#app/_ui/sign-dialog.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { decisionProblem } from '#server/pilots/rules.ts';
import { basisPointsOf } from './basis-points-of.ts';
import type { PilotDetail } from './pilot-answer.tsx';

type Decision = 'award' | 'extend' | 'retry' | 'decline';
type Verdict = 'pass' | 'inconclusive' | 'fail';

export type DecidePilotProps = {
  pilotId: string;
  vendor: string;
  verdict: Verdict;
  scorecardSha256: string;
  signerName: string;
  /** What an extension would order, or why there is none; null when the card asks for none. */
  extension: PilotDetail['extension'];
  currency: string;
  /** Why the bid can't be awarded any more; null while its price is held. */
  bidEnded: string | null;
  /** 2 when the card is that of the one retry (R16). */
  attempt: number;
};

const DONE: Record<Decision, string> = {
  award: 'The work is awarded.',
  extend: 'The pilot is extended.',
  retry: 'The retry is granted.',
  decline: 'The pilot is declined.',
};

/** The decision on a pilot, written first and then signed with the password (R10, R13). */
export function DecidePilot(props: DecidePilotProps) {
  const { pilotId, vendor, verdict, scorecardSha256, signerName, extension, currency, bidEnded, attempt } =
    props;
  const trpc = useTRPC();
  const router = useRouter();
  const [decision, setDecision] = useState<Decision | ''>('');
  const [share, setShare] = useState('100');
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<{ share?: string; reason?: string; decision?: string }>({});
  const [isSigning, setIsSigning] = useState(false);
  const reauthenticate = useMutation(trpc.identity.reauthenticate.mutationOptions());
  const decide = useMutation(trpc.pilots.decide.mutationOptions());
  const basisPoints = basisPointsOf(share);

  function ask() {
    const found: typeof problems = {};
    if (decision === '') found.decision = 'Choose what you decide.';
    if (decision === 'award' && basisPoints === null)
      found.share = 'A share is above 0 % and at most 100 %, with at most two decimals, such as 33.33.';
    if (decision !== '') {
      const problem = decisionProblem({ decision, verdict, reason: reason.trim(), attempt });
      if (problem?.path === 'reason') found.reason = problem.message;
      else if (problem) found.decision = problem.message;
    }
    setProblems(found);
    if (Object.keys(found).length === 0) setIsSigning(true);
  }

  async function sign({ typedName, password, code }: Signature): Promise<string | undefined> {
    if (decision === '') return 'Choose what you decide.';
    try {
      await reauthenticate.mutateAsync({ password, code });
      await decide.mutateAsync({
        pilotId,
        decision,
        reason: reason.trim(),
        typedName,
        scorecardSha256,
        ...(decision === 'award' && basisPoints !== null ? { shareBasisPoints: basisPoints } : {}),
      });
    } catch (error) {
      return (error as Error).message;
    }
    toast.success(DONE[decision]);
    router.refresh();
    return undefined;
  }

  return (
    <div className="flex max-w-[720px] flex-col gap-4">
      {verdict === 'fail' ? (
        <DecisionNote
          outcome="refused"
          title="A failed pilot can’t be awarded."
          changes={[
            ...(attempt === 1
              ? [{ says: 'Grant the one retry: after seven days, on other cases, paid like the first.' }]
              : []),
            { says: 'Decline it with your reason; the vendor sees the card and why.' },
          ]}
        />
      ) : null}
      {bidEnded ? <DecisionNote outcome="refused" title="The bid has ended." because={bidEnded} /> : null}
      <Refusal error={decide.error} title="The decision was not signed." />
      <Field label="Your decision" error={problems.decision}>
        <RadioCards
          columns={2}
          value={decision}
          onValueChange={(value) => setDecision(value as Decision)}
          options={[
            {
              value: 'award',
              label: 'Award work',
              hint: 'A contract at the bid’s price.',
              disabled: verdict === 'fail' || bidEnded !== null,
            },
            {
              value: 'extend',
              label: 'Extend pilot',
              hint: extensionHint(extension, currency),
              disabled: extension === null || extension.problem !== null,
            },
            {
              value: 'retry',
              label: 'Grant one retry',
              hint:
                verdict !== 'fail'
                  ? 'Only a failed pilot is retried.'
                  : attempt > 1
                    ? 'This was the retry; there is one only.'
                    : 'From seven days on, on other cases, at the same price. Not ordered within 14 more days, it lapses.',
              disabled: verdict !== 'fail' || attempt > 1,
            },
            {
              value: 'decline',
              label: 'Decline',
              hint: 'The vendor sees why; its access ends, and it certifies return or destruction.',
            },
          ]}
        />
      </Field>
      {decision === 'award' ? (
        <Field
          label="Share of the work"
          hint="The shares of a call add up to at most 100 %."
          error={problems.share}
        >
          <Input
            inputMode="decimal"
            suffix="%"
            className="sm:max-w-40"
            value={share}
            onChange={(event) => setShare(event.target.value)}
          />
        </Field>
      ) : null}
      <Field
        label="Reason"
        optional={decision === 'award' && verdict === 'pass'}
        hint="Part of the signed record; the vendor reads it."
        error={problems.reason}
      >
        <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      <div>
        <Button variant="primary" onClick={ask}>
          Sign decision
        </Button>
      </div>
      <SignDialog
        subject="decision"
        signerName={signerName}
        meaning={meaningOf({ decision, vendor, verdict, share, cases: extension?.cases ?? 0 })}
        contentHash={scorecardSha256}
        open={isSigning}
        onOpenChange={setIsSigning}
        onSign={sign}
      />
    </div>
  );
}

function meaningOf(what: {
  decision: Decision | '';
  vendor: string;
  verdict: Verdict;
  share: string;
  cases: number;
}): string {
  const { decision, vendor } = what;
  const on = `on a scorecard whose verdict is “${what.verdict}”`;
  if (decision === 'award') return `I award ${what.share} % of the work to ${vendor}, ${on}.`;
  if (decision === 'extend')
    return `I extend the pilot of ${vendor} by ${counted(what.cases, 'case')}, ${on}.`;
  if (decision === 'retry') return `I grant ${vendor} one retry on other cases, ${on}.`;
  return `I decline ${vendor} after its pilot, ${on}.`;
}

/** How much an extension orders and what it reserves, or why there is none. */
function extensionHint(extension: PilotDetail['extension'], currency: string): string {
  if (extension === null) return 'Only an inconclusive card is extended.';
  if (extension.problem !== null) return extension.problem;
  const { full } = formatMoney({ amountMinor: extension.reservedMinor, currency });
  return `${counted(extension.cases, 'further case')}, ${counted(extension.reads, 'paid read')}; up to ${full} with the fee is reserved. Then a new card over everything.`;
}
