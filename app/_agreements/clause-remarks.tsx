'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import type { Tone } from '#app/_ui/tone.ts';
import type { AgreementDetail } from '#server/agreements/schemas.ts';
import { Redline } from './redline.tsx';

type Remark = AgreementDetail['remarks'][number];

const STATES: Record<Exclude<Remark['status'], 'said'>, { words: string; tone: Tone }> = {
  open: { words: 'Waits for an answer', tone: 'attention' },
  accepted: { words: 'Accepted', tone: 'good' },
  refused: { words: 'Refused', tone: 'neutral' },
  withdrawn: { words: 'Withdrawn', tone: 'neutral' },
};

export type ClauseRemarksProps = {
  remarks: readonly Remark[];
  /** The clause as it stands now. */
  standing: string;
  mayAnswer: boolean;
};

/** What both sides said to a clause, in order; an open proposal is shown against the standing wording and answered here. */
export function ClauseRemarks({ remarks, standing, mayAnswer }: ClauseRemarksProps) {
  if (remarks.length === 0) return null;
  return (
    <ul className="mt-2 flex flex-col gap-2 border-line-strong border-l-2 pl-3">
      {remarks.map((remark) => (
        <li key={remark.id} className="flex flex-col gap-1 text-sm">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-3 text-xs">
            {remark.isOwn ? 'Your side' : 'The other side'}, <DateTime at={remark.createdAt} />
            {remark.status === 'said' ? null : (
              <Badge tone={STATES[remark.status].tone}>{STATES[remark.status].words}</Badge>
            )}
          </span>
          <p className="prose-width whitespace-pre-wrap">{remark.note}</p>
          {remark.proposedText === null ? null : remark.status === 'open' ? (
            <Redline before={standing} after={remark.proposedText} />
          ) : (
            <p className="prose-width whitespace-pre-wrap text-ink-3">Wording: {remark.proposedText}</p>
          )}
          {remark.decisionNote === null ? null : (
            <p className="prose-width whitespace-pre-wrap text-ink-2">Answer: {remark.decisionNote}</p>
          )}
          {remark.status === 'open' && mayAnswer ? <Answer remark={remark} /> : null}
        </li>
      ))}
    </ul>
  );
}

function Answer({ remark }: { remark: Remark }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [pending, setPending] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function act(name: string, run: () => Promise<unknown>) {
    setPending(name);
    setProblem(null);
    try {
      await run();
      router.refresh();
    } catch (error) {
      setProblem(refusalProblems(error)[0]?.message ?? 'It did not work. Try again.');
    }
    setPending(null);
  }
  const decide = (decision: 'accepted' | 'refused') =>
    act(decision, () => client.agreements.decideRemark.mutate({ remarkId: remark.id, decision }));

  return (
    <div className="flex flex-wrap items-center gap-2 pt-1">
      {remark.isOwn ? (
        <Button
          size="sm"
          pending={pending === 'withdraw'}
          onClick={() =>
            act('withdraw', () => client.agreements.withdrawRemark.mutate({ remarkId: remark.id }))
          }
        >
          Withdraw wording
        </Button>
      ) : (
        <>
          <Button
            size="sm"
            variant="primary"
            pending={pending === 'accepted'}
            onClick={() => decide('accepted')}
          >
            Accept wording
          </Button>
          <Button size="sm" pending={pending === 'refused'} onClick={() => decide('refused')}>
            Refuse wording
          </Button>
        </>
      )}
      {problem === null ? null : (
        <p role="alert" className="w-full text-critical-ink text-sm">
          {problem}
        </p>
      )}
    </div>
  );
}
