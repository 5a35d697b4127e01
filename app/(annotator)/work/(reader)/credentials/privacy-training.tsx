'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';

const RULES = [
  'Open only cases you have claimed, alone, on a screen that nobody else can see.',
  'Keep no copies: no screenshots, photographs, notes or downloads of what you see.',
  'Do not try to find out who a patient is, and do not search for a case elsewhere.',
  'If you see a name, a face, a number or recognise somebody, press P at once: the file is closed for everyone, and you are paid.',
  'Use your own account only, and lock your screen when you leave it.',
  'Report anything that may be a breach to your organisation or the operator the same day.',
] as const;

/** The privacy training: six rules to read and answer for, good for 12 months. */
export function PrivacyTraining({ validUntil }: { validUntil: Date | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [understood, setUnderstood] = useState(false);
  const [problem, setProblem] = useState<string>();
  const complete = useMutation(
    trpc.credentials.completeTraining.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        setUnderstood(false);
        toast.success('Privacy training is recorded.');
        router.refresh();
      },
      onError: (error) => setProblem(refusalProblems(error)[0]?.message),
    }),
  );
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-y py-2">
      <span className="min-w-0 flex-1">
        <span className="block font-medium text-base">Privacy training</span>
        <span className="block text-ink-3 text-sm">
          {validUntil === null ? (
            'Not done yet. It takes two minutes and holds for 12 months.'
          ) : (
            <>
              Holds until <DateTime at={validUntil} format="day" />.
            </>
          )}
        </span>
      </span>
      <StatusPill state={validUntil === null ? 'draft' : 'confirmed'}>
        {validUntil === null ? 'Not done' : 'Done'}
      </StatusPill>
      <Dialog
        title="Privacy training"
        description="Six rules for everyone who sees data of patients."
        trigger={<Button>{validUntil === null ? 'Do training' : 'Repeat training'}</Button>}
        open={isOpen}
        onOpenChange={setIsOpen}
        footer={
          <Button
            variant="primary"
            pending={complete.isPending}
            onClick={() => {
              setProblem(
                understood ? undefined : 'Tick the statement once you have read and understood the rules.',
              );
              if (understood) complete.mutate({ kind: 'privacy_training', understood: true });
            }}
          >
            Complete training
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <ol className="flex list-decimal flex-col gap-2 pl-5 text-base">
            {RULES.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ol>
          <Checkbox
            label="I have read and understood these rules and keep to them."
            checked={understood}
            onCheckedChange={(checked) => setUnderstood(checked === true)}
          />
          {problem === undefined ? null : (
            <p role="alert" className="text-critical-ink text-sm">
              {problem}
            </p>
          )}
        </div>
      </Dialog>
    </div>
  );
}
