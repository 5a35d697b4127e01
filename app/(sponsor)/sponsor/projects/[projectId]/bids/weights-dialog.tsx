'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { PARTS, type Part, USUAL_WEIGHTS, WEIGHT_LIMITS, type Weights } from '#server/matching/weights.ts';

const WORDS: Record<Part, string> = {
  accuracy: 'Accuracy',
  reliability: 'Reliability',
  price: 'Past price',
  timezone: 'Shared working hours',
  capacity: 'Capacity',
  freshness: 'Read lately',
  throughput: 'Speed',
};

const toPercent = (weights: Weights): Weights =>
  Object.fromEntries(PARTS.map((part) => [part, Math.round(weights[part] * 100)])) as Weights;
const sumOf = (percent: Weights) => PARTS.reduce((sum, part) => sum + percent[part], 0);

/** What each part of the match weighs, within limits; they sum to 100 %. Both sides see the weights. */
export function WeightsDialog({ projectId, weights }: { projectId: string; weights: Weights }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [percent, setPercent] = useState(toPercent(weights));
  const save = useMutation(
    trpc.matching.setWeights.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('Weights saved; the ranking follows them.');
        router.refresh();
      },
    }),
  );
  const sum = sumOf(percent);
  const submit = () =>
    save.mutate({
      projectId,
      weights: Object.fromEntries(PARTS.map((part) => [part, percent[part] / 100])) as Weights,
    });
  return (
    <Dialog
      title="What the ranking weighs"
      description="Vendors and readers see these weights too. Accuracy always counts; speed never counts for much."
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (open) setPercent(toPercent(weights));
      }}
      trigger={<Button size="sm">Weights</Button>}
      footer={
        <>
          <Button onClick={() => setPercent(toPercent(USUAL_WEIGHTS))}>Usual weights</Button>
          <Button variant="primary" pending={save.isPending} disabled={sum !== 100} onClick={submit}>
            Save weights
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Refusal error={save.error} title="The weights were not saved." />
        {PARTS.map((part) => (
          <WeightRow
            key={part}
            part={part}
            value={percent[part]}
            onChange={(value) => setPercent((before) => ({ ...before, [part]: value }))}
          />
        ))}
        <p className={sum === 100 ? 'text-ink-2 text-sm' : 'text-critical text-sm'} aria-live="polite">
          Together {sum} %
          {sum === 100
            ? '.'
            : sum < 100
              ? `: ${100 - sum} % are left to give.`
              : `: ${sum - 100} % too much.`}
        </p>
      </div>
    </Dialog>
  );
}

function WeightRow(props: { part: Part; value: number; onChange: (value: number) => void }) {
  const { part, value, onChange } = props;
  const { least, most } = WEIGHT_LIMITS[part];
  return (
    <label className="grid grid-cols-[10rem_1fr_3rem] items-center gap-3 text-sm">
      <span>{WORDS[part]}</span>
      <input
        type="range"
        min={Math.round(least * 100)}
        max={Math.round(most * 100)}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-6 min-w-0 accent-accent-ink"
      />
      <span className="text-right tabular-nums">{value} %</span>
    </label>
  );
}
