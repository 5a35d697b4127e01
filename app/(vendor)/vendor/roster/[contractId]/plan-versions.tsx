'use client';

import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import type { ContractRoster } from './planner-types.ts';

const WORDS: Record<ContractRoster['plans'][number]['status'], string> = {
  solving: 'being solved',
  planned: 'planned',
  infeasible: 'conflict',
  failed: 'failed',
  chosen: 'in force',
  superseded: 'replaced',
};

type PlanVersionsProps = {
  plans: ContractRoster['plans'];
  shown: string | null;
  onShow: (planId: string) => void;
};

/** Every plan that was made for the contract; the one in force is the record of who was asked. */
export function PlanVersions({ plans, shown, onShow }: PlanVersionsProps) {
  if (plans.length === 0) return null;
  const isNew = shown !== null && !plans.some((one) => one.planId === shown);
  return (
    <Field label="Plan shown" className="max-w-72">
      <NativeSelect value={shown ?? ''} onChange={(event) => onShow(event.target.value)}>
        {isNew ? <option value={shown}>Newest plan</option> : null}
        {plans.map((one) => (
          <option key={one.planId} value={one.planId}>
            Plan {one.version}, {WORDS[one.status]}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}
