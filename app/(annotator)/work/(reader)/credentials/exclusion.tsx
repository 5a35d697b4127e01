'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { z } from 'zod';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { objectInput, type ownScreening } from '#server/registers/schemas.ts';

type Own = z.infer<typeof ownScreening>['exclusions'][number];

const LISTS = {
  leie: 'OIG List of Excluded Individuals/Entities',
  sam: 'SAM.gov exclusions',
} as const;

/** Why a person's reading is on hold, what the record says, and how to object. */
export function Exclusion({ exclusion }: { exclusion: Own }) {
  const { record, objection } = exclusion;
  const name = [record.firstName, record.middleName, record.lastName].filter(Boolean).join(' ');
  const isWaiting = objection !== null && objection.answer === null;
  return (
    <section aria-label="Your reading is on hold" className="flex max-w-[720px] flex-col gap-3">
      <DecisionNote
        outcome="refused"
        title="Your reading is on hold"
        because={
          <>
            An operator found on <DateTime at={exclusion.decidedAt} format="day" /> that you are the person of
            a record in the {LISTS[exclusion.source]}: {name}
            {record.birthDate === null ? '' : `, born ${record.birthDate}`}
            {record.state === null ? '' : `, ${record.state}`}, excluded {record.excludedOn ?? ''}. “
            {exclusion.reason}” What you have read is paid.
          </>
        }
        changes={[
          {
            says: 'If it is not you, or you were reinstated, object here. Another operator answers within 7 days.',
          },
        ]}
      />
      {objection === null ? null : (
        <p className="text-base text-ink-2">
          You objected on <DateTime at={objection.at} format="day" />: “{objection.statement}”{' '}
          {objection.answer === null ? 'It is with the operators.' : `Answer: “${objection.answer}”`}
        </p>
      )}
      {isWaiting ? null : <ObjectDialog hitId={exclusion.hitId} />}
    </section>
  );
}

function ObjectDialog({ hitId }: { hitId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [statement, setStatement] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const object = useMutation(
    trpc.registers.object.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Your objection is with the operators.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  return (
    <div>
      <Dialog
        title="Object to the exclusion"
        description="Somebody else than who decided it looks at it again."
        trigger={<Button variant="primary">Object</Button>}
        open={isOpen}
        onOpenChange={setIsOpen}
        footer={
          <Button
            variant="primary"
            pending={object.isPending}
            onClick={() => {
              const parsed = objectInput.safeParse({ hitId, statement });
              setProblems(parsed.success ? [] : formProblems(parsed.error));
              if (parsed.success) object.mutate(parsed.data);
            }}
          >
            Send objection
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <FormErrorSummary problems={problems} />
          <Field label="Why it is not you" name="statement" error={byField(problems).statement}>
            <Textarea rows={4} value={statement} onChange={(event) => setStatement(event.target.value)} />
          </Field>
        </div>
      </Dialog>
    </div>
  );
}
