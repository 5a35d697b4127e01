'use client';

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Skeleton } from '#app/_ui/skeleton.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { NumberField, requiredNumber } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { type RoutePreview, type RoutingView, routeBatchInput } from '#server/routing/schemas.ts';

type RouteFormProps = { view: RoutingView; projectId: string; deadline: string; overlap: number };

/** A routed pair of batches: what it would come to is shown before it is made. */
export function RouteForm({ view, projectId, deadline, overlap }: RouteFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState({
    datasetId: view.datasets[0]?.id ?? '',
    name: 'Routed work',
    dueOn: deadline,
    overlap: String(overlap),
  });
  // Of the draw; kept, so that what is shown is what is made.
  const [seed] = useState(() => Math.floor(Math.random() * 2_000_000_000));
  const parsed = routeBatchInput.safeParse({
    projectId,
    datasetId: values.datasetId,
    name: values.name,
    dueAt: new Date(`${values.dueOn}T23:59:59Z`),
    overlap: requiredNumber(values.overlap),
    seed,
  });
  const wrong = Object.fromEntries(
    (parsed.error?.issues ?? []).map((one) => [
      String(one.path[0]),
      one.code === 'invalid_type' ? 'This is needed.' : one.message,
    ]),
  );
  const preview = useQuery(
    trpc.routing.preview.queryOptions(
      parsed.data ?? { projectId, datasetId: values.datasetId, name: 'x', dueAt: new Date(0), seed },
      { enabled: parsed.success, placeholderData: keepPreviousData },
    ),
  );
  const make = useMutation(
    trpc.routing.make.mutationOptions({
      onSuccess: () => {
        toast.success('The batches are made. Open them when you are ready.');
        router.push(`/sponsor/projects/${projectId}/batches`);
        router.refresh();
      },
    }),
  );
  const set = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }));
  return (
    <form
      className="flex max-w-[720px] flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed.success) make.mutate(parsed.data);
      }}
    >
      <Refusal error={make.error} title="The batches were not made." />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Dataset" error={wrong.datasetId}>
          <NativeSelect value={values.datasetId} onChange={(event) => set({ datasetId: event.target.value })}>
            {view.datasets.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Name" error={wrong.name}>
          <Input value={values.name} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <Field label="Due on" hint="By it the forecast is judged." error={wrong.dueAt}>
          <Input type="date" value={values.dueOn} onChange={(event) => set({ dueOn: event.target.value })} />
        </Field>
        <NumberField
          label="Reads per case"
          name="overlap"
          value={values.overlap}
          error={wrong.overlap}
          onChange={(text) => set({ overlap: text })}
        />
      </div>
      <div aria-live="polite" aria-busy={preview.isFetching}>
        {preview.error ? (
          <Refusal error={preview.error} title="What it comes to could not be told." />
        ) : preview.data === undefined ? (
          <Skeleton className="h-16" />
        ) : (
          <Preview preview={preview.data} />
        )}
      </div>
      <div>
        <Button
          type="submit"
          variant="primary"
          pending={make.isPending}
          disabled={!parsed.success || preview.data === undefined || preview.data.faults.length > 0}
        >
          Make routed batches
        </Button>
      </div>
    </form>
  );
}

function Preview({ preview }: { preview: RoutePreview }) {
  if (preview.faults.length > 0)
    return (
      <DecisionNote
        outcome="refused"
        title="These batches cannot be made yet."
        changes={preview.faults.map(({ message, href }) => ({
          says: message,
          ...(href === undefined ? {} : { href, linkLabel: 'Go there' }),
        }))}
      />
    );
  const { insideCases, restCases, ownReads, vendorReads, says, warnings } = preview;
  return (
    <>
      <p className="prose-width text-sm">
        <strong>{counted(insideCases, 'case')}</strong> {insideCases === 1 ? 'stays' : 'stay'} inside. Of the
        other {restCases.toLocaleString('en')}, own staff begins with{' '}
        <strong>{counted(ownReads, 'read')}</strong> and the vendors with{' '}
        <strong>{vendorReads.toLocaleString('en')}</strong>. <span className="text-ink-3">{says}</span>
      </p>
      {warnings.length === 0 ? null : (
        <ul className="flex flex-col gap-1.5 pt-2">
          {warnings.map(({ message }) => (
            <li key={message} className="prose-width flex items-start gap-2 text-sm">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
              {message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
