'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Button } from '#app/_ui/button.tsx';
import { HeatMap } from '#app/_ui/charts/heat-map.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import { HolidayDays } from '#app/(vendor)/vendor/roster/holiday-days.tsx';
import { mondaysFrom, weekName } from '#app/(vendor)/vendor/roster/week-name.ts';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import type { PlanFigures, PlanView } from '#server/staffing/roster-view-schemas.ts';
import { LeftOut } from './left-out.tsx';
import { Meters } from './meters.tsx';
import { PeopleTable } from './people-table.tsx';
import type { ContractRoster } from './planner-types.ts';

type PlanResultProps = {
  plan: PlanView;
  contract: ContractRoster;
  isBusy: boolean;
  onPlan: (parameters: RosterParameters, basePlanId: string) => void;
};

/** A plan that holds: its answer, how good it is proven to be, its constraints, its people by week, and what to do with it. */
export function PlanResult({ plan, contract, isBusy, onPlan }: PlanResultProps) {
  const { figures, solver } = plan;
  if (!figures || !solver) return null;
  return (
    <section aria-label={`Plan ${plan.version}`} className="flex flex-col gap-8">
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0 flex-1 basis-80">
            <AnswerLine asOf={plan.solvedAt ? <DateTime at={plan.solvedAt} /> : undefined}>
              <Sentence figures={figures} plan={plan} />
            </AnswerLine>
          </div>
          {plan.status === 'planned' ? (
            <ChooseDialog plan={plan} isBusy={isBusy} />
          ) : (
            <StatusPill state={plan.status} />
          )}
        </div>
        <SolverNote solver={solver} figures={figures} />
        <Late plan={plan} figures={figures} deadline={contract.deadline} />
      </div>
      <Meters meters={plan.meters} currency={plan.currency} />
      <HeatMap
        title="Hours by person and week"
        says={`Planned hours of ${plan.people.length} people over ${plan.parameters.readsByWeek.length} weeks; the darker, the more.`}
        rowTitle="Person"
        columnTitle="Week from"
        rowNames={plan.people.map((_, at) => rowName(plan.people, at))}
        columnNames={mondaysFrom(plan.parameters.startOn, plan.parameters.readsByWeek.length).map(weekName)}
        cells={plan.people.map((one) => one.hours.map((hours) => (hours < 0.05 ? null : hours)))}
        format="decimal"
        decimals={1}
        fileName={`roster-plan-${plan.version}`}
        note="a dash: nothing planned"
      />
      <HolidayDays kept={plan.holidays} />
      <PeopleTable plan={plan} contract={contract} isBusy={isBusy} onPlan={onPlan} />
      <LeftOut people={plan.leftOut} />
    </section>
  );
}

/** Two people of one name are told apart. */
function rowName(people: PlanView['people'], at: number): string {
  const name = people[at]?.name ?? '';
  const earlier = people.slice(0, at).filter((one) => one.name === name).length;
  return earlier === 0 ? name : `${name} (${earlier + 1})`;
}

function Sentence({ figures, plan }: { figures: PlanFigures; plan: PlanView }) {
  const reads = figures.reads.toLocaleString('en-GB');
  return (
    <>
      <strong>
        {figures.people} {figures.people === 1 ? 'person makes' : 'people make'} {reads} reads
      </strong>
      {figures.reviews > 0 ? ` and ${figures.reviews.toLocaleString('en-GB')} reviews` : ''} in{' '}
      {figures.lastWeek} {figures.lastWeek === 1 ? 'week' : 'weeks'} and {Math.round(figures.hours)} hours
      {figures.costPerCorrectMinor === null ? null : (
        <>
          {' '}
          at{' '}
          <strong>
            <Money
              amountMinor={figures.costPerCorrectMinor}
              currency={plan.currency}
              per="per correct label"
            />
          </strong>
        </>
      )}
      .
    </>
  );
}

const FALLBACK = {
  solver_failed: 'the solver failed, so this is the roster of the simple rule',
  out_of_time: 'the solver found none in time, so this is the roster of the simple rule',
  solver_wrong: 'the solver’s roster did not pass the check, so this is the roster of the simple rule',
} as const;

function SolverNote({ solver, figures }: { solver: NonNullable<PlanView['solver']>; figures: PlanFigures }) {
  const gap =
    solver.gap === null
      ? null
      : solver.gap < 0.00005
        ? 'proven best'
        : `within ${(solver.gap * 100).toFixed(2)} % of the best possible`;
  return (
    <p className="prose-width text-ink-3 text-sm">
      {solver.by === 'highs' ? 'HiGHS' : 'Simple rule'}, {solver.seconds.toFixed(1)} s
      {gap ? `, ${gap}` : ', nothing proven'}
      {solver.fallback ? `; ${FALLBACK[solver.fallback]}` : ''}. If everybody reads at the slow end of what
      was measured, it makes {figures.readsLower.toLocaleString('en-GB')} reads; at the quick end{' '}
      {figures.readsUpper.toLocaleString('en-GB')}.
      {figures.accuracy === null ? '' : ` Expected to be right: ${(figures.accuracy * 100).toFixed(1)} %.`}
    </p>
  );
}

/** A plan may end after the deadline, to see what it takes; it says so. */
function Late({ plan, figures, deadline }: { plan: PlanView; figures: PlanFigures; deadline: string }) {
  const ends = new Date(
    Date.parse(`${plan.parameters.startOn}T00:00:00Z`) + figures.lastWeek * 7 * 86_400_000 - 1,
  );
  if (ends.toISOString().slice(0, 10) <= deadline) return null;
  return (
    <p className="flex items-center gap-1.5 text-attention-ink text-sm">
      <ToneIcon tone="attention" size={14} />
      <span>
        Its last week ends on <DateTime at={ends} format="day" zone="UTC" />, after the project’s deadline.
      </span>
    </p>
  );
}

/** Asks once more, because choosing asks people. A plan that does not hold any more says what changed. */
function ChooseDialog({ plan, isBusy }: { plan: PlanView; isBusy: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<{ message: string; reasons: string[] } | null>(null);
  const choose = useMutation(
    trpc.staffing.chooseRoster.mutationOptions({
      onSuccess: async ({ asked, kept }) => {
        setOpen(false);
        toast.success(`Roster in force: ${asked} asked${kept > 0 ? `, ${kept} had accepted` : ''}`);
        await client.invalidateQueries({ queryKey: trpc.staffing.plan.queryKey() });
        router.refresh();
      },
      onError: (error) =>
        setRefusal({
          message: error.message,
          reasons: (callErrorData(error)?.details ?? []).map((detail) => detail.message),
        }),
    }),
  );
  return (
    <Dialog
      title={`Choose plan ${plan.version}`}
      description={`${plan.people.length} people are asked for their hours. Each accepts or declines; accepting puts them on the project. A roster in force before is replaced.`}
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        setRefusal(null);
      }}
      trigger={
        <Button variant="primary" disabled={isBusy}>
          Choose this plan
        </Button>
      }
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button
            variant="primary"
            pending={choose.isPending}
            disabled={refusal !== null}
            onClick={() => choose.mutate({ planId: plan.planId })}
          >
            Ask {plan.people.length} people
          </Button>
        </>
      }
    >
      {refusal ? (
        <DecisionNote
          outcome="refused"
          title="This plan cannot be chosen"
          because={refusal.reasons.length > 0 ? refusal.reasons.join(' ') : refusal.message}
          changes={[{ says: 'Close this and plan again: the new plan goes by what is known now.' }]}
        />
      ) : plan.figures?.costMinor ? (
        <p className="text-base">
          Expected cost {formatMoney({ amountMinor: plan.figures.costMinor, currency: plan.currency }).full}{' '}
          over {plan.parameters.readsByWeek.length} weeks.
        </p>
      ) : null}
    </Dialog>
  );
}
