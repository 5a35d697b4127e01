'use client';

import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { Button } from '#app/_ui/button.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Opened = inferRouterOutputs<AppRouter>['agreements']['openOwnCase'];

export type OpenedCaseProps = {
  /** The viewer's area, such as `/sponsor`: links lead there, or to what is anybody's own. */
  area: string;
  /** Asks the gate for the case. */
  onOpen: () => Promise<Opened>;
  /** What it is the case of, such as "the read by R2", where several stand on a page: it names the button and the region. */
  caseOf?: string;
  /** What to know before it is opened. */
  hint?: string;
};

/** A case through the gate, its context too, for somebody who holds no lease on it: opened when asked for, because each opening is recorded. */
export function OpenedCase({ area, onOpen, caseOf, hint }: OpenedCaseProps) {
  const open = useMutation({ mutationFn: onOpen });
  const reasons = callErrorData(open.error)?.details ?? [];
  const mayGo = (href: string) => [area, '/account'].some((own) => href.startsWith(own));
  const region = caseOf === undefined ? 'Case' : `Case of ${caseOf}`;
  if (open.data) return <Case opened={open.data} region={region} />;
  return (
    <section aria-label={region} className="flex flex-col gap-4">
      {open.error === null ? null : (
        <DecisionNote
          outcome="refused"
          title="This case does not open"
          because={reasons.length === 0 ? open.error.message : undefined}
          changes={reasons.map(({ message, href }) => ({
            says: message,
            href: href !== undefined && mayGo(href) ? href : undefined,
            linkLabel: 'Go there',
          }))}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          pending={open.isPending}
          aria-label={caseOf === undefined ? undefined : `Open the case of ${caseOf}`}
          onClick={() => open.mutate()}
        >
          Open the case
        </Button>
        {hint === undefined ? null : <span className="text-ink-3 text-sm">{hint}</span>}
      </div>
    </section>
  );
}

/** The button that was pressed is gone: what it opened takes the focus. */
const takeFocus = (section: HTMLElement | null) => section?.focus({ preventScroll: true });

function Case({ opened: { context, assets }, region }: { opened: Opened; region: string }) {
  return (
    <section ref={takeFocus} tabIndex={-1} aria-label={region} className="flex flex-col gap-4">
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
