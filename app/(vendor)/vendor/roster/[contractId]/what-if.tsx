'use client';

import { type ReactNode, useId, useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import type { PlanFigures, PlanView } from '#server/staffing/roster-view-schemas.ts';
import type { ContractRoster } from './planner-types.ts';

type WhatIfProps = {
  plan: PlanView;
  contract: ContractRoster;
  isBusy: boolean;
  onTry: (parameters: RosterParameters) => void;
};

/** Five things to turn, planned anew from this plan; the next plan then shows before and after. */
export function WhatIf({ plan, contract, isBusy, onTry }: WhatIfProps) {
  const { parameters } = plan;
  const [price, setPrice] = useState(Number(parameters.pricePerReadMinor));
  const [overlap, setOverlap] = useState(parameters.overlap);
  const [weeks, setWeeks] = useState(parameters.readsByWeek.length);
  const [onshore, setOnshore] = useState(parameters.onshoreShareBasisPoints / 100);
  const [ratio, setRatio] = useState(parameters.annotatorsPerReviewer ?? 8);
  const hasReviews = parameters.annotatorsPerReviewer !== null;
  const country = parameters.onshoreCountry ?? contract.onshoreOfProject.country;
  const readsByWeek = spread(parameters.readsByWeek, parameters.overlap, overlap, weeks);
  const isChanged =
    price !== Number(parameters.pricePerReadMinor) ||
    overlap !== parameters.overlap ||
    weeks !== parameters.readsByWeek.length ||
    onshore !== parameters.onshoreShareBasisPoints / 100 ||
    (hasReviews && ratio !== parameters.annotatorsPerReviewer);
  const send = () =>
    onTry({
      ...parameters,
      pricePerReadMinor: BigInt(price),
      overlap,
      readsByWeek,
      onshoreCountry: country,
      onshoreShareBasisPoints: Math.round(onshore * 100),
      annotatorsPerReviewer: hasReviews ? ratio : null,
    });
  const money = (minor: number) =>
    formatMoney({ amountMinor: BigInt(minor), currency: contract.currency }).full;
  const priceNow = Number(parameters.pricePerReadMinor);
  const policy = contract.onshoreOfProject.shareBasisPoints / 100;
  return (
    <section aria-label="What if" className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">What if</h2>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <Slider
          label="Price per read"
          shown={money(price)}
          value={price}
          least={Math.max(1, Math.round(priceNow * 0.5))}
          most={Math.max(2, Math.round(priceNow * 2))}
          onChange={setPrice}
          note={
            BigInt(price) === contract.priceMinor
              ? null
              : `The contract’s price is ${money(Number(contract.priceMinor))}: to look at only.`
          }
        />
        <Slider
          label="Reads per case"
          shown={String(overlap)}
          value={overlap}
          least={1}
          most={Math.max(6, parameters.overlap)}
          onChange={setOverlap}
          note={
            overlap < contract.overlapOfProject
              ? `The project takes ${contract.overlapOfProject}: to look at only.`
              : null
          }
        />
        <Slider
          label="Weeks for the same cases"
          shown={String(weeks)}
          value={weeks}
          least={1}
          most={26}
          onChange={setWeeks}
        />
        {country === null ? null : (
          <Slider
            label={`Reads made in ${country}, at least`}
            shown={`${onshore} %`}
            value={onshore}
            least={0}
            most={100}
            onChange={setOnshore}
            note={onshore < policy ? `The sponsor asks for ${policy} %: to look at only.` : null}
          />
        )}
        {hasReviews ? (
          <Slider
            label="Annotators to a reviewer, at most"
            shown={String(ratio)}
            value={ratio}
            least={1}
            most={30}
            onChange={setRatio}
          />
        ) : null}
      </div>
      <div>
        <Button disabled={!isChanged || isBusy} onClick={send}>
          Plan this what-if
        </Button>
      </div>
      {plan.before && plan.figures ? (
        <BeforeAfter
          before={plan.before}
          after={{ version: plan.version, figures: plan.figures, parameters }}
          currency={contract.currency}
        />
      ) : null}
    </section>
  );
}

/** The same cases with another number of reads each, over another number of weeks, in whole reads. */
function spread(readsByWeek: readonly number[], before: number, overlap: number, weeks: number): number[] {
  if (weeks === readsByWeek.length) return readsByWeek.map((reads) => Math.round((reads / before) * overlap));
  const total = Math.round((readsByWeek.reduce((a, b) => a + b, 0) / before) * overlap);
  const each = Math.floor(total / weeks);
  return Array.from({ length: weeks }, (_, week) => each + (week < total - each * weeks ? 1 : 0));
}

type SliderProps = {
  label: string;
  shown: string;
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
  note?: ReactNode;
};

function Slider({ label, shown, value, least, most, onChange, note }: SliderProps) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="flex items-baseline justify-between gap-3 text-sm">
        <label htmlFor={id} className="text-ink-2">
          {label}
        </label>
        <output htmlFor={id} className="font-medium">
          {shown}
        </output>
      </span>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={1}
        value={value}
        aria-valuetext={shown}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-6 w-full accent-accent"
      />
      {note ? <span className="text-attention-ink text-xs">{note}</span> : null}
    </div>
  );
}

type Side = { version: number; figures: PlanFigures; parameters: RosterParameters };

/** The plan this one was made from beside it. */
function BeforeAfter({ before, after, currency }: { before: Side; after: Side; currency: string }) {
  const money = (amountMinor: bigint | null) =>
    amountMinor === null ? '–' : formatMoney({ amountMinor, currency }).full;
  const rows: [string, (side: Side) => string][] = [
    ['People', ({ figures }) => String(figures.people)],
    ['Hours', ({ figures }) => Math.round(figures.hours).toLocaleString('en-GB')],
    ['Reads', ({ figures }) => figures.reads.toLocaleString('en-GB')],
    ['Reads per case', ({ parameters }) => String(parameters.overlap)],
    ['Weeks', ({ parameters }) => String(parameters.readsByWeek.length)],
    ...(after.figures.costMinor === null
      ? []
      : ([
          ['Cost', ({ figures }) => money(figures.costMinor)],
          ['Cost per correct label', ({ figures }) => money(figures.costPerCorrectMinor)],
          ['Price per read', ({ parameters }) => money(parameters.pricePerReadMinor)],
          ['You keep', ({ figures }) => money(figures.marginMinor)],
        ] satisfies [string, (side: Side) => string][])),
    ...(after.figures.onshoreShare === null && before.figures.onshoreShare === null
      ? []
      : ([
          [
            'Onshore',
            ({ figures }) =>
              figures.onshoreShare === null ? '–' : `${(figures.onshoreShare * 100).toFixed(0)} %`,
          ],
        ] satisfies [string, (side: Side) => string][])),
  ];
  return (
    <table className="w-full max-w-xl border-separate border-spacing-0 text-sm">
      <caption className="pb-1 text-left font-medium">Before and after</caption>
      <thead>
        <tr className="text-ink-2 text-xs">
          <th scope="col" className="h-8 border-line border-b text-left font-medium">
            <span className="sr-only">Figure</span>
          </th>
          <th scope="col" className="h-8 border-line border-b px-2 text-right font-medium">
            Plan {before.version}
          </th>
          <th scope="col" className="h-8 border-line border-b px-2 text-right font-medium">
            Plan {after.version}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, of]) => (
          <tr key={label}>
            <th scope="row" className="h-8 border-line border-b pr-2 text-left font-normal text-ink-2">
              {label}
            </th>
            <td className="h-8 border-line border-b px-2 text-right">{of(before)}</td>
            <td
              className={`h-8 border-line border-b px-2 text-right ${of(before) === of(after) ? '' : 'font-semibold'}`}
            >
              {of(after)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
