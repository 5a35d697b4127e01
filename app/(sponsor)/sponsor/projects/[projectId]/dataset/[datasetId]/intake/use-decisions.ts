import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { type FindingPage, findingHref } from './finding-page.ts';
import { type Decision, type Made, whenLoaded } from './made-decisions.ts';

export type Finding = inferRouterOutputs<AppRouter>['datasets']['findings']['items'][number];
export type { Decision };

type Act = { by: string; at: Date; decision: 'exclude' | 'keep' };
export type Decisions = ReturnType<typeof useDecisions>;

export const keyOf = (one: Pick<Finding, 'caseId' | 'code'>) => `${one.caseId}|${one.code}`;

/** Decisions as they are made on the findings of a page, shown at once and kept by the server. */
export function useDecisions(datasetId: string, findings: readonly Finding[], at: FindingPage) {
  const trpc = useTRPC();
  const router = useRouter();
  const page = findingHref(at);
  const [made, setMade] = useState<Made>({ findings, page, own: new Map(), said: null });
  const setSaid = (said: Made['said']) => setMade((before) => ({ ...before, said }));
  // What the server did not take, or gave back, is not shown as taken.
  const forget = () => setMade((before) => ({ ...before, own: new Map() }));
  const call = useMutation(
    trpc.datasets.decideFindings.mutationOptions({ onSuccess: () => router.refresh(), onError: forget }),
  );
  const undo = useMutation(
    trpc.datasets.takeBackFindings.mutationOptions({
      onSuccess: ({ takenBack }) => {
        forget();
        setSaid({ words: `${counted(takenBack, 'decision')} taken back.` });
        router.refresh();
      },
      // Somebody may have decided anew: show what stands.
      onError: () => router.refresh(),
    }),
  );
  const standing = whenLoaded(made, { findings, page, isPending: call.isPending });
  if (standing !== made) setMade(standing);
  const show = (which: readonly Finding[], decision: Decision) => {
    undo.reset();
    setMade((before) => ({
      ...before,
      own: new Map([...before.own, ...which.map((one) => [keyOf(one), decision] as const)]),
    }));
  };
  const sayDecided = (decided: number, decision: Decision) =>
    setSaid({ words: `${counted(decided, 'finding')} ${decision === 'exclude' ? 'excluded' : 'kept'}.` });
  const namesOf = (which: readonly Finding[]) => which.map(({ caseId, code }) => ({ caseId, code }));
  return {
    said: standing.said,
    error: call.error ?? undo.error,
    decisionOf: (one: Finding): Decision => {
      const own = standing.own.get(keyOf(one));
      return own === undefined ? one.decision : own;
    },
    decide: (one: Finding, decision: Decision) => {
      show([one], decision);
      setSaid(null);
      call.mutate({ datasetId, findings: namesOf([one]), decision });
    },
    /** Those that are shown and open; of a kind all that is open, on whichever page. */
    decideMany: (here: readonly Finding[], allOpenOf: Finding['code'] | null, decision: Decision) => {
      show(here, decision);
      call.mutate(
        { datasetId, ...(allOpenOf === null ? { findings: namesOf(here) } : { allOpenOf }), decision },
        { onSuccess: ({ decided }) => sayDecided(decided, decision) },
      );
    },
    /** The act that is being taken back. */
    undone: undo.isPending ? undo.variables : null,
    takeBack: ({ by, at, decision }: Act) => {
      call.reset();
      undo.mutate({ datasetId, by, at, decision });
    },
  };
}
