'use client';

import { Button } from '#app/_ui/button.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import type { PlanView } from '#server/staffing/roster-view-schemas.ts';
import { LeftOut } from './left-out.tsx';
import type { ContractRoster } from './planner-types.ts';

type ConflictPanelProps = {
  plan: PlanView;
  contract: ContractRoster;
  isBusy: boolean;
  onTry: (parameters: RosterParameters) => void;
};

/** Why there is no roster, in words, and what would do: each way out with the button that tries it. */
export function ConflictPanel({ plan, contract, isBusy, onTry }: ConflictPanelProps) {
  const { conflict } = plan;
  if (!conflict) return null;
  const { remedies, isEither } = conflict;
  const all = isEither ? null : together(plan);
  return (
    <section aria-label="What conflicts" className="flex flex-col gap-5">
      <div className="flex gap-3 rounded-md border border-line bg-attention-soft p-4">
        <ToneIcon tone="attention" className="mt-0.5 shrink-0" />
        <div className="flex flex-col gap-1">
          <p className="text-ink-2 text-sm">Plan {plan.version} cannot be met</p>
          <p className="font-semibold text-lg">{conflict.headline}</p>
          {conflict.points.map((point) => (
            <p key={point} className="prose-width text-base">
              {point}
            </p>
          ))}
        </div>
      </div>
      {remedies.length === 0 ? (
        <p className="prose-width text-ink-2 text-sm">
          No single change of the settings would do. Look below at who is left out, and why.
        </p>
      ) : (
        <div className="flex flex-col gap-2">
          <h2 className="font-semibold text-lg">
            {isEither ? 'Any one of these would do' : 'It takes all of these'}
          </h2>
          <ul className="divide-y divide-line border-line border-y">
            {remedies.map((remedy) => (
              <li key={remedy.says} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2">
                <span className="min-w-0 flex-1 basis-60 text-base">
                  {remedy.says}
                  {bendsContract(remedy.change, contract) ? (
                    <span className="block text-ink-3 text-sm">
                      Only the sponsor can lower it: to look at.
                    </span>
                  ) : null}
                </span>
                {isEither && remedy.change ? (
                  <Button
                    size="sm"
                    disabled={isBusy}
                    aria-label={`Try: ${remedy.says}`}
                    onClick={() => remedy.change && onTry(remedy.change)}
                  >
                    Try this
                  </Button>
                ) : remedy.href ? (
                  <LinkButton size="sm" href={remedy.href}>
                    Invite people
                  </LinkButton>
                ) : null}
              </li>
            ))}
          </ul>
          {all ? (
            <div>
              <Button size="sm" disabled={isBusy} onClick={() => onTry(all)}>
                Try all of them
              </Button>
            </div>
          ) : null}
        </div>
      )}
      <LeftOut people={plan.leftOut} />
    </section>
  );
}

/** True for a way out that asks less than the sponsor's project does. */
function bendsContract(change: RosterParameters | null, contract: ContractRoster): boolean {
  if (!change) return false;
  const { shareBasisPoints } = contract.onshoreOfProject;
  return change.overlap < contract.overlapOfProject || change.onshoreShareBasisPoints < shareBasisPoints;
}

/** All changes at once; null when one of them is no setting. */
function together(plan: PlanView): RosterParameters | null {
  const changes = plan.conflict?.remedies.map((one) => one.change) ?? [];
  if (changes.length === 0 || changes.includes(null)) return null;
  const before = plan.parameters;
  let after = before;
  for (const change of changes) {
    if (!change) continue;
    const keys = (Object.keys(change) as (keyof RosterParameters)[]).filter(
      (key) => change[key] !== before[key],
    );
    after = { ...after, ...Object.fromEntries(keys.map((key) => [key, change[key]])) };
  }
  return after;
}
