'use client';

import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useTRPC } from '#app/_trpc/client.tsx';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { Button } from '#app/_ui/button.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Opened = inferRouterOutputs<AppRouter>['agreements']['openOwnCase'];

/** The case through the gate, its context too: opened when asked for, because each opening is recorded. */
export function CaseContent({ datasetId, caseId }: { datasetId: string; caseId: string }) {
  const trpc = useTRPC();
  const open = useMutation(trpc.agreements.openOwnCase.mutationOptions());
  if (open.data) return <Case opened={open.data} />;
  return (
    <section aria-label="Case" className="flex flex-col gap-4">
      {open.error === null ? null : (
        <DecisionNote
          outcome="refused"
          title="This case does not open"
          because={open.error.message}
          changes={(callErrorData(open.error)?.details ?? []).map((one) => ({ says: one.message }))}
        />
      )}
      <div>
        <Button pending={open.isPending} onClick={() => open.mutate({ datasetId, caseId })}>
          Open the case
        </Button>
      </div>
    </section>
  );
}

function Case({ opened: { context, assets } }: { opened: Opened }) {
  return (
    <section aria-label="Case" className="flex flex-col gap-4">
      {Object.keys(context).length === 0 ? null : (
        <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1 text-sm">
          {Object.entries(context).map(([name, text]) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {assets.map(({ id, name, content }) => (
        <figure key={id} className="flex flex-col gap-1">
          {content.kind === 'link' ? (
            // biome-ignore lint/performance/noImgElement: a short-lived link through the gate, never through an image service
            <img
              src={content.href}
              alt={name}
              className="max-h-[70dvh] max-w-full rounded-md object-contain"
            />
          ) : (
            <p className="prose-width whitespace-pre-wrap rounded-md bg-sunken p-4 text-base">
              {content.text}
            </p>
          )}
          <figcaption className="text-ink-3 text-xs">{name}</figcaption>
        </figure>
      ))}
    </section>
  );
}
