'use client';

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { relabelHref } from './relabel-href.ts';

type RelabelProposalProps = {
  projectId: string;
  batchId: string;
  /** The title of the clarification; a page lists many. */
  about: string | null;
  change: { version: number; isSigned: boolean; scope: 'all' | 'disputed' | 'none' };
  /** Whether this person makes batches. */
  mayMake: boolean;
};

/** What a clarification means for labels made before it: the relabel batches it asks for, or why it asks for none. */
export function RelabelProposal(props: RelabelProposalProps) {
  const { projectId, change } = props;
  if (change.scope === 'none') return <p>It is wording only, so no case is read again.</p>;
  if (!change.isSigned)
    return (
      <p>
        <TextLink href={`/sponsor/projects/${projectId}/protocol`}>Open the draft</TextLink>. Cases can be
        read again by it once both leads have signed version {change.version}.
      </p>
    );
  return <Parts {...props} scope={change.scope} />;
}

/**
 * Counted when it is asked for: a look through every case of a dataset, and a page lists many clarifications. The button stays, so that
 * the focus does too and a count that failed can be asked for again; what was counted stays in its place meanwhile.
 */
function Parts(props: RelabelProposalProps & { scope: 'all' | 'disputed' }) {
  const { batchId, about } = props;
  const trpc = useTRPC();
  const [isOpen, setIsOpen] = useState(false);
  const impact = useQuery(trpc.work.changeImpact.queryOptions({ batchId }, { enabled: isOpen }));
  const ask = () => (isOpen ? void impact.refetch() : setIsOpen(true));
  const words = isOpen ? 'Count again' : 'Show the cases to read again';
  return (
    <div className="flex flex-col items-start gap-2">
      <Button
        size="sm"
        aria-label={about === null ? words : `${words}: ${about}`}
        pending={impact.isFetching}
        onClick={ask}
      >
        {words}
      </Button>
      <div role="status">
        {impact.error ? (
          refusalProblems(impact.error)[0]?.message
        ) : impact.data ? (
          <Found {...props} impact={impact.data} />
        ) : impact.isFetching ? (
          'Counting the cases to read again …'
        ) : null}
      </div>
    </div>
  );
}

type Impact = inferRouterOutputs<AppRouter>['work']['changeImpact'];
type FoundProps = RelabelProposalProps & { scope: 'all' | 'disputed'; impact: Impact };

/** The parts that are to be read again, or that none is left. */
function Found({ projectId, scope, mayMake, impact }: FoundProps) {
  const { protocolVersionId } = impact;
  const parts = impact.relabel.find((one) => one.scope === scope)?.parts ?? [];
  if (parts.length === 0)
    return (
      <>
        No case with a final label of the version before is left to read again; those in a relabel batch under
        way are read already.
      </>
    );
  return (
    <>
      {scope === 'all' ? 'Every case' : 'Where readers were divided or asked, a case'} is to be read again
      {mayMake ? ':' : '; the project manager makes the relabel batch:'}
      <ul className="mt-1 flex list-disc flex-col gap-1 pl-5">
        {parts.map((part) => {
          const says = `${counted(part.cases, 'case')} of ${part.dataset}${part.split === null ? '' : `, ${part.split}`}`;
          return (
            <li key={`${part.datasetId} ${part.split ?? ''}`}>
              {mayMake ? (
                <TextLink href={relabelHref(projectId, { protocolVersionId, scope, part })}>
                  Create the relabel batch of {says}
                </TextLink>
              ) : (
                says
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
