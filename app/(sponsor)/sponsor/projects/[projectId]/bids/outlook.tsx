import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { OutlookLine } from '#server/pilots/outlook-rules.ts';

/**
 * How likely the pilot is to decide, line by line, as its terms are set (R10): what is found inconclusive after it has been
 * paid for could have been known here.
 */
export function Outlook({ projectId, terms }: { projectId: string; terms: unknown }) {
  const trpc = useTRPC();
  const [margin, setMargin] = useState('0.05');
  const parsed = pilotTerms.safeParse(useDeferredValue(terms));
  const isAsked = parsed.success;
  const { data, isFetching, error } = useQuery(
    trpc.pilots.outlook.queryOptions(
      { projectId, margin: Number(margin), terms: parsed.success ? parsed.data : (terms as never) },
      { enabled: isAsked, placeholderData: keepPreviousData, staleTime: 60_000, retry: false },
    ),
  );
  return (
    <section aria-label="Can the pilot decide" className="flex flex-col gap-4" aria-busy={isFetching}>
      <h2 className="font-semibold text-lg">Can the pilot decide?</h2>
      <Field label="If a vendor is better or worse than each bound by" name="margin" className="sm:max-w-80">
        <NativeSelect value={margin} onChange={(event) => setMargin(event.target.value)}>
          {['0.02', '0.03', '0.05', '0.08', '0.10'].map((value) => (
            <option key={value} value={value}>
              {`${Math.round(Number(value) * 100)} points`}
            </option>
          ))}
        </NativeSelect>
      </Field>
      {error ? <p className="text-critical-ink text-sm">{error.message}</p> : null}
      {!isAsked ? (
        <p className="text-ink-3 text-sm">It is worked out when every figure above is a number.</p>
      ) : data === undefined ? (
        <p className="text-ink-3 text-sm">Working it out…</p>
      ) : data.lines.length === 0 ? (
        <p className="text-ink-3 text-sm">Nothing is asked above that a sample could decide.</p>
      ) : (
        <>
          <p className="prose-width text-sm">{verdictWords(data.lines)}</p>
          <LineTable lines={data.lines} />
          <p className="prose-width text-ink-3 text-xs">
            {data.basis === 'gold'
              ? 'Gold is counted as it is signed now, in the cases that these terms choose.'
              : 'There is no signed gold yet; it is supposed as the terms ask for it.'}{' '}
            {data.reads.toLocaleString('en')} reads are paid for, per bidder.
          </p>
        </>
      )}
      {isAsked && data ? <Shortages data={data} /> : null}
    </section>
  );
}

function verdictWords(lines: readonly OutlookLine[]): string {
  const open = lines.filter((line) => (line.passIfBetter ?? 0) < 0.8);
  if (open.length === 0)
    return 'Yes: a better vendor passes each line with a chance of 80 % or more. All of them together is less likely than the weakest.';
  const [weakest] = [...open].sort((a, b) => (a.passIfBetter ?? 0) - (b.passIfBetter ?? 0));
  return `Perhaps not: ${open.length === 1 ? 'one line is' : `${open.length} lines are`} likely to stay inconclusive, ${weakest?.label ?? ''} most of all. Extending costs the same reads again; more cases now cost less time.`;
}

const share = (value: number | null) => (value === null ? '–' : `${Math.round(value * 100)} %`);
const figure = (line: OutlookLine, value: number) =>
  line.unit === '' ? value.toFixed(2) : Math.round(value).toLocaleString('en');

function LineTable({ lines }: { lines: readonly OutlookLine[] }) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {lines.map((line) => (
        <li key={line.key} className="grid gap-x-6 gap-y-1 py-2 text-sm sm:grid-cols-[1fr_7rem_7rem]">
          <span className="min-w-0">
            <span className="block font-medium">
              {line.label} ≥ {figure(line, line.threshold)}
            </span>
            <span className="block text-ink-3 text-xs">
              {line.n.toLocaleString('en')} {line.of}
              {line.needed === null ? '' : `; ${line.needed.toLocaleString('en')} would give 80 %`}
              {line.note === null ? '' : `. ${line.note}`}
            </span>
          </span>
          <span className={(line.passIfBetter ?? 0) < 0.8 ? 'text-attention-ink' : ''}>
            <span className="block tabular-nums">{share(line.passIfBetter)}</span>
            <span className="block text-ink-3 text-xs">{figure(line, line.better)} passes</span>
          </span>
          <span>
            <span className="block tabular-nums">{share(line.failIfWorse)}</span>
            <span className="block text-ink-3 text-xs">{figure(line, line.worse)} fails</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

type Short = {
  problems: string[];
  short: { field: string; className: string; asked: number; has: number }[];
};

function Shortages({ data }: { data: Short }) {
  const lines = [
    ...data.problems,
    ...data.short.map(
      ({ field, className, asked, has }) =>
        `${asked} gold cases of ${field} “${className}” are asked for and ${has} are there. Sign more before the pilot is ordered.`,
    ),
  ];
  if (lines.length === 0) return null;
  return (
    <ul role="status" className="flex flex-col gap-1 text-attention-ink text-sm">
      {lines.map((says) => (
        <li key={says}>{says}</li>
      ))}
    </ul>
  );
}
