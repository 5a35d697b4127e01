'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { byItself, useTRPC } from '#app/_trpc/client.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import type { PlanView } from '#server/staffing/roster-view-schemas.ts';
import { ConflictPanel } from './conflict-panel.tsx';
import { PlanResult } from './plan-result.tsx';
import { PlanVersions } from './plan-versions.tsx';
import { type ContractRoster, fieldOf } from './planner-types.ts';
import { SettingsForm } from './settings-form.tsx';
import { Solving } from './solving.tsx';
import { WhatIf } from './what-if.tsx';

const LOOK_AGAIN_MS = 700;

/** Settings beside the plan they lead to. Every plan is kept with its number; what-ifs are plans made from another. */
export function Planner({ contract, plan: loaded }: { contract: ContractRoster; plan: PlanView | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [planId, setPlanId] = useState(loaded?.planId ?? null);
  const result = useRef<HTMLDivElement>(null);
  const followed = useRef(loaded?.status ?? null);
  const query = useQuery({
    ...trpc.staffing.plan.queryOptions({ planId: planId ?? '' }, byItself(LOOK_AGAIN_MS)),
    enabled: planId !== null,
    ...(loaded && loaded.planId === planId ? { initialData: loaded } : {}),
    refetchInterval: ({ state }) =>
      state.data?.status === 'solving' && !state.data.isStuck ? LOOK_AGAIN_MS : false,
  });
  const plan = query.data ?? null;
  const status = plan?.status ?? null;
  // When the answer has come, the list of plans and everything else the server renders is behind by one.
  useEffect(() => {
    if (followed.current === 'solving' && status !== null && status !== 'solving') {
      router.refresh();
      result.current?.focus({ preventScroll: true });
    }
    followed.current = status;
  }, [status, router]);
  const show = (id: string) => {
    setPlanId(id);
    window.history.replaceState(null, '', `?plan=${id}`);
  };
  const draft = useMutation(
    trpc.staffing.draftRoster.mutationOptions({
      onSuccess: ({ planId: made }) => {
        setProblems([]);
        followed.current = 'solving';
        show(made);
      },
      onError: (error) => setProblems(refusalProblems(error, fieldOf)),
    }),
  );
  const make = (parameters: RosterParameters, basePlanId: string | null) =>
    draft.mutate({ contractId: contract.contractId, basePlanId, parameters });
  const isBusy = draft.isPending || status === 'solving';
  const based = plan && (plan.figures || plan.conflict) ? plan.planId : null;
  return (
    <SplitPane
      side="left"
      width={320}
      sticky={false}
      asideLabel="What the roster has to meet"
      aside={
        <SettingsForm
          key={plan?.planId ?? 'new'}
          contract={contract}
          parameters={plan?.parameters ?? contract.defaults}
          problems={problems}
          onProblems={setProblems}
          isBusy={isBusy}
          onPlan={(parameters) => make(parameters, based)}
        />
      }
    >
      <div ref={result} tabIndex={-1} className="flex flex-col gap-8 outline-none">
        <PlanVersions plans={contract.plans} shown={planId} onShow={show} />
        {plan === null ? (
          <NothingYet contract={contract} isLoading={query.isLoading && planId !== null} />
        ) : plan.status === 'solving' ? (
          <Solving plan={plan} />
        ) : plan.conflict ? (
          <ConflictPanel
            plan={plan}
            contract={contract}
            isBusy={isBusy}
            onTry={(parameters) => make(parameters, plan.planId)}
          />
        ) : plan.figures ? (
          <>
            <PlanResult plan={plan} contract={contract} onPlan={make} isBusy={isBusy} />
            <WhatIf
              key={plan.planId}
              plan={plan}
              contract={contract}
              isBusy={isBusy}
              onTry={(p) => make(p, plan.planId)}
            />
          </>
        ) : (
          <EmptyState title="This plan was not solved">{plan.statusReason}</EmptyState>
        )}
      </div>
    </SplitPane>
  );
}

function NothingYet({ contract, isLoading }: { contract: ContractRoster; isLoading: boolean }) {
  if (isLoading) return <p className="text-ink-3 text-sm">Loading the plan…</p>;
  if (contract.withAvailability === 0) {
    return (
      <EmptyState
        title="Nobody has said yet when they can work"
        action={<LinkButton href="/vendor/team">See your team</LinkButton>}
      >
        A roster is planned over the hours that people offer. Ask your annotators to fill in “Availability” on
        their pages; {contract.staff} of yours read or review.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="The roster will be here">
      {contract.withAvailability} of {contract.staff} people have said when they can work. Set what the roster
      has to meet, then plan it: nobody is asked anything until you choose a plan.
    </EmptyState>
  );
}
