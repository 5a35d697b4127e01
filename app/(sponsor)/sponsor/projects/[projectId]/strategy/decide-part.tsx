'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { Mode, Source, StrategyInputs } from '#server/strategy/schemas.ts';
import { nextSteps, SOURCE_WORDS } from './strategy-words.ts';

type DecidePartProps = {
  projectId: string;
  inputs: StrategyInputs | null;
  mode: Mode;
  source: Source | null;
  isAsRecommended: boolean;
  /** Something stands in the way of the choice. */
  isBlocked: boolean;
};

/** Writes the choice down with what it was made on, and goes on to its first step. */
export function DecidePart({ projectId, inputs, mode, source, isAsRecommended, isBlocked }: DecidePartProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [reason, setReason] = useState('');
  const decide = useMutation(
    trpc.strategy.decide.mutationOptions({
      onSuccess: () => {
        toast.success('The decision is kept.');
        const [first] = source === null ? [] : nextSteps(source, mode, `/sponsor/projects/${projectId}`);
        if (first) router.push(first.href);
        router.refresh();
      },
    }),
  );
  const isReady = inputs !== null && source !== null && !isBlocked;
  const label =
    mode === 'automated'
      ? 'Decide on a model alone'
      : source === null
        ? 'Decide'
        : SOURCE_WORDS[source].carryOn;
  return (
    <div className="flex max-w-[720px] flex-col gap-4">
      <Refusal error={decide.error} title="The decision was not kept." />
      <Field
        label="Why"
        hint={
          isAsRecommended
            ? 'Kept with the figures above.'
            : 'This is not what is recommended: say why in a sentence. Kept with the figures above.'
        }
        optional={isAsRecommended}
      >
        <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          variant="primary"
          pending={decide.isPending}
          disabled={!isReady}
          onClick={() => {
            if (inputs !== null && source !== null)
              decide.mutate({ projectId, inputs, mode, source, reason });
          }}
        >
          {label}
        </Button>
        {source === null && mode !== 'automated' ? (
          <span className="text-ink-3 text-sm">Choose one of the three first.</span>
        ) : isBlocked ? (
          <span className="text-ink-3 text-sm">Something stands in the way of this choice.</span>
        ) : null}
      </div>
    </div>
  );
}
