'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { PairsView } from '#server/labels/view-pairs.ts';

/** Whose reads a certain expert looks over first; any expert where none is chosen. Saved with each choice. */
export function NameExperts({
  batchId,
  naming,
}: {
  batchId: string;
  naming: NonNullable<PairsView['naming']>;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const name = useMutation(
    trpc.work.nameExpert.mutationOptions({
      onSuccess: (_, { technician, expert }) => {
        toast.success(
          expert === null
            ? `Any expert looks over what ${technician} reads.`
            : `What ${technician} reads waits for ${expert} first.`,
        );
        router.refresh();
      },
      onError: (error) => toast.error(refusalProblems(error)[0]?.message ?? 'It could not be saved.'),
    }),
  );
  const expertOf = new Map(naming.named.map((one) => [one.technician, one.expert]));
  return (
    <details className="mb-4 text-sm">
      <summary className="focus-target w-fit cursor-pointer font-medium text-accent-ink">
        Name an expert for somebody ({naming.named.length} named)
      </summary>
      <p className="prose-width py-2 text-ink-3">
        A case waits 24 hours for the expert who is named; then any expert may take it, so that nothing waits
        for who is away.
      </p>
      <div className="grid max-w-[720px] gap-3 sm:grid-cols-2">
        {naming.technicians.map((technician) => (
          <Field key={technician} label={`Expert for ${technician}`} name={`expert-${technician}`}>
            <NativeSelect
              value={expertOf.get(technician) ?? ''}
              disabled={name.isPending}
              onChange={(event) => name.mutate({ batchId, technician, expert: event.target.value || null })}
            >
              <option value="">any expert</option>
              {naming.experts.map((expert) => (
                <option key={expert} value={expert}>
                  {expert}
                </option>
              ))}
            </NativeSelect>
          </Field>
        ))}
      </div>
    </details>
  );
}
