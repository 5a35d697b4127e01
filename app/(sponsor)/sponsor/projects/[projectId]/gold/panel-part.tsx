'use client';

import { useMutation } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { PanelView } from '#server/gold/panel.ts';
import type { GoldView } from '#server/gold/schemas.ts';

/** Who makes the gold: readers of the sponsor who belong to no bidder (R7). */
export function PanelPart({ projectId, panel }: { projectId: string; panel: PanelView }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [chosen, setChosen] = useState('');
  const options = {
    onSuccess: () => {
      setChosen('');
      router.refresh();
    },
    onError: (error: { message: string }) => toast.error(error.message),
  };
  const add = useMutation(trpc.gold.addPanelReader.mutationOptions(options));
  const remove = useMutation(trpc.gold.removePanelReader.mutationOptions(options));
  const short = panel.needed - panel.readers.length;
  return (
    <section aria-labelledby="panel-title" className="flex flex-col gap-2">
      <h2 id="panel-title" className="font-semibold text-sm">
        Panel
      </h2>
      <p className="text-ink-3 text-xs">
        {short > 0
          ? `At least ${panel.needed} readers are needed; ${short} more.`
          : 'They read blind, in batches of their own, and belong to no bidder.'}
      </p>
      <ul className="flex flex-col text-sm">
        {panel.readers.map((reader) => (
          <li key={reader.engagementId} className="flex items-center justify-between gap-2">
            <span className="truncate">{reader.name}</span>
            <Button
              size="icon-sm"
              variant="quiet"
              aria-label={`Take ${reader.name} off the panel`}
              icon={<X aria-hidden />}
              onClick={() => remove.mutate({ projectId, engagementId: reader.engagementId })}
            />
          </li>
        ))}
      </ul>
      {panel.candidates.length === 0 ? (
        <p className="text-ink-3 text-xs">
          Nobody else of your team has the role of panel reader or clinical lead. Invite them on the team
          page.
        </p>
      ) : (
        <div className="flex items-end gap-2">
          <Field label="Add a reader" className="min-w-0 flex-1">
            <NativeSelect value={chosen} onChange={(event) => setChosen(event.target.value)}>
              <option value="">Choose</option>
              {panel.candidates.map((person) => (
                <option key={person.personId} value={person.personId}>
                  {person.name}
                </option>
              ))}
            </NativeSelect>
          </Field>
          <Button
            disabled={chosen === ''}
            pending={add.isPending}
            onClick={() => add.mutate({ projectId, personId: chosen })}
          >
            Add
          </Button>
        </div>
      )}
    </section>
  );
}

/** Finished panel batches, from which gold can be proposed. */
export function PanelBatches({
  projectId,
  batches,
}: {
  projectId: string;
  batches: GoldView['panelBatches'];
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const propose = useMutation(
    trpc.gold.proposeFromPanel.mutationOptions({
      onSuccess: ({ unanimous, unresolved, skipped }) => {
        const more = skipped > 0 ? ` ${skipped} had too few reads.` : '';
        toast.success(`${unanimous} unanimous, ${unresolved} to decide.${more}`);
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <section aria-labelledby="panel-batches-title" className="flex flex-col gap-2">
      <h2 id="panel-batches-title" className="font-semibold text-sm">
        Panel batches
      </h2>
      {batches.length === 0 ? (
        <p className="text-ink-3 text-xs">None yet. The panel reads its cases blind in a batch of its own.</p>
      ) : null}
      <ul className="flex flex-col gap-2 text-sm">
        {batches.map((batch) => (
          <li key={batch.id} className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 flex-1 truncate">
              <TextLink href={`/sponsor/projects/${projectId}/batches/${batch.id}`}>{batch.name}</TextLink>{' '}
              <span className="text-ink-3 text-xs">{counted(batch.tasks, 'case')}</span>
            </span>
            <StatusPill state={batch.status} />
            {batch.status === 'closing' && batch.reading !== null ? (
              <span className="w-full text-ink-3 text-xs">{batch.reading}</span>
            ) : null}
            {batch.reading === null && (batch.status === 'closing' || batch.status === 'settled') ? (
              <Button
                size="sm"
                pending={propose.isPending && propose.variables?.batchId === batch.id}
                onClick={() => propose.mutate({ batchId: batch.id })}
              >
                Propose gold
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <LinkButton
        size="sm"
        className="self-start"
        href={`/sponsor/projects/${projectId}/batches/new?kind=panel`}
      >
        Create panel batch
      </LinkButton>
    </section>
  );
}
