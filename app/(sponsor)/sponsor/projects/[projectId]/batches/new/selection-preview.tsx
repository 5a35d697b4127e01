'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { cn } from '#app/_ui/cn.ts';
import { Money } from '#app/_ui/money.tsx';
import { Skeleton } from '#app/_ui/skeleton.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import type { SelectionPreview as Preview } from '#server/work/selection-schemas.ts';

/** A field of the protocol whose known answers cases are chosen by, and what its values are called. */
export type ClassField = {
  key: string;
  label: string;
  /** Classes in words; none of a field that takes numbers. */
  options: Readonly<Record<string, string>>;
  /** Whether a case has one of them at most, so that they can be ticked. */
  isOneOf: boolean;
};

/** Asks the server, as the form changes, what the batch would be made of; nothing is asked while the form cannot be read. */
export function useSelectionPreview(input: CreateBatchInput | null) {
  const client = useTRPCClient();
  const asked = useDeferredValue(input);
  const key =
    asked === null ? '' : JSON.stringify(asked, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}` : v));
  return useQuery({
    queryKey: ['work.previewBatch', key],
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      // A moment's quiet first: nobody needs a count for every key they press.
      await new Promise((resolve) => setTimeout(resolve, 350));
      if (signal.aborted || asked === null) throw new DOMException('Typed on', 'AbortError');
      return client.work.previewBatch.mutate(asked, { signal });
    },
    retry: false,
  });
}

/** What the batch would be made of. */
export function SelectionPreview({
  preview: { data, isFetching, error },
  isReadable,
  fields,
}: {
  preview: ReturnType<typeof useSelectionPreview>;
  /** False while the form cannot be read. */
  isReadable: boolean;
  fields: readonly ClassField[];
}) {
  return (
    <section
      aria-label="What the batch would hold"
      aria-live="polite"
      aria-busy={isFetching}
      className="text-sm"
    >
      <div className="flex items-baseline justify-between gap-2 pb-2">
        <h2 className="font-semibold text-lg">The batch</h2>
        {/* Not by fading what stands there: it is still read, and faded text has no contrast. */}
        {data && isFetching ? <span className="text-ink-3 text-xs">Counting again …</span> : null}
      </div>
      {data ? (
        <div className="flex flex-col gap-4">
          <Counts preview={data} />
          <Faults preview={data} />
          <Shares shares={data.shares} />
          <Strata strata={data.strata} />
          <Composition preview={data} fields={fields} />
        </div>
      ) : error ? (
        <p className="text-critical-ink">{error.message}</p>
      ) : !isReadable ? (
        <p className="text-ink-3">Complete the form to see what the batch would hold.</p>
      ) : (
        <Skeleton className="h-40" />
      )}
    </section>
  );
}

function Counts({ preview }: { preview: Preview }) {
  const { chosen, population, patients, dealtGold, excludedAtIntake, ceilingMinor, currency } = preview;
  return (
    <div className="flex flex-col gap-1">
      <p>
        <strong className="text-xl">{chosen.toLocaleString('en')}</strong> of {counted(population, 'case')}{' '}
        that {population === 1 ? 'fits' : 'fit'}
        {chosen > 0 ? `, of ${counted(patients, 'patient')}` : ''}.
      </p>
      {dealtGold > 0 ? (
        <p className="text-ink-3">{counted(dealtGold, 'gold case')} to deal in, on top.</p>
      ) : null}
      {excludedAtIntake > 0 ? (
        <p className="text-ink-3">{counted(excludedAtIntake, 'case')} kept out at intake.</p>
      ) : null}
      {preview.isSequestered ? (
        <p className="text-ink-3">
          Test data{preview.split === null ? ', as all cases of a test reference are' : ''}: only the people
          whom you name on the draft’s page read it; in gold work your own panel.
        </p>
      ) : null}
      {chosen > 0 ? (
        <p>
          Opening reserves up to <Money amountMinor={ceilingMinor} currency={currency} />; what is not spent
          comes back.
        </p>
      ) : null}
    </div>
  );
}

function Faults({ preview }: { preview: Preview }) {
  const lines = [
    ...preview.faults.map((one) => ({ ...one, isFault: true })),
    ...preview.warnings.map((one) => ({ ...one, href: undefined, isFault: false })),
  ];
  if (lines.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1.5">
      {lines.map(({ message, href, isFault }) => (
        <li key={message} className="flex items-start gap-2">
          <TriangleAlert
            aria-hidden
            className={cn('mt-0.5 size-4 shrink-0', isFault ? 'text-critical' : 'text-attention')}
          />
          <span>
            <span className="sr-only">{isFault ? 'Cannot be made: ' : 'To look at: '}</span>
            {message} {href ? <TextLink href={href}>Go there</TextLink> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Whose reads are whose, where they are shared out before anybody reads. */
function Shares({ shares }: { shares: Preview['shares'] }) {
  if (shares === null) return null;
  return (
    <table className="w-full text-sm">
      <caption className="pb-1 text-left font-medium">Shared out</caption>
      <tbody>
        {shares.map(({ vendor, reads, keptOnshore }) => (
          <tr key={vendor} className="border-line border-t">
            <th scope="row" className="py-1 pr-2 text-left font-normal">
              {vendor ?? 'All readers'}
              {keptOnshore > 0 ? (
                <span className="block text-ink-3">
                  {keptOnshore === reads ? 'all' : keptOnshore.toLocaleString('en')} kept for onshore readers
                </span>
              ) : null}
            </th>
            <td className="whitespace-nowrap py-1 text-right align-top">{counted(reads, 'read')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Weights to four figures, as they are used: 3.75, 90, 1.2. */
const weight = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** Population, drawn and weight of every stratum. */
export function Strata({
  strata,
}: {
  strata: readonly { key: string; population: number; drawn: number; weight: number | null }[] | null;
}) {
  if (strata === null) return null;
  return (
    <table className="w-full text-sm">
      <caption className="pb-1 text-left font-medium">Strata</caption>
      <thead className="text-ink-3">
        <tr>
          <th scope="col" className="py-1 text-left font-normal">
            Stratum
          </th>
          <th scope="col" className="px-2 text-right font-normal">
            Drawn
          </th>
          <th scope="col" className="px-2 text-right font-normal">
            Of
          </th>
          <th scope="col" className="text-right font-normal">
            Weight
          </th>
        </tr>
      </thead>
      <tbody>
        {strata.map((one) => (
          <tr key={one.key} className="border-line border-t">
            <th
              scope="row"
              className="w-full max-w-0 truncate py-1 pr-2 text-left font-normal"
              title={one.key}
            >
              {one.key === 'all' ? 'All that fit' : one.key}
            </th>
            <td className="px-2 text-right">{one.drawn.toLocaleString('en')}</td>
            <td className="px-2 text-right text-ink-3">{one.population.toLocaleString('en')}</td>
            <td className="text-right">{one.weight === null ? '–' : weight.format(one.weight)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const fieldOf = (name: string, fields: readonly ClassField[]) =>
  fields.find((field) => name === `class:${field.key}`);

function dimensionWords(name: string, fields: readonly ClassField[]): string {
  if (name === 'site') return 'Site';
  if (!name.startsWith('class:')) return name.slice(9);
  return `Known class: ${fieldOf(name, fields)?.label ?? name.slice(6)}`;
}

/** Share of each value among the chosen, with a tick where it stands among all that fit. */
function Composition({ preview, fields }: { preview: Preview; fields: readonly ClassField[] }) {
  const shown = preview.composition.filter((one) => one.values.length > 1);
  if (preview.chosen === 0 || shown.length === 0) return null;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return (
    <div className="flex flex-col gap-4">
      {shown.map(({ name, values }) => (
        <table key={name} className="w-full">
          <caption className="pb-1 text-left font-medium">{dimensionWords(name, fields)}</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Value</th>
              <th scope="col">Share of the batch, and of all that fit</th>
              <th scope="col">Cases</th>
            </tr>
          </thead>
          <tbody>
            {values.map(({ value, cases, population }) => {
              const words = fieldOf(name, fields)?.options[value] ?? value;
              const [own, all] = [cases / preview.chosen, population / Math.max(1, preview.population)];
              return (
                <tr key={value}>
                  <th
                    scope="row"
                    className="w-28 max-w-28 truncate py-0.5 pr-2 text-left font-normal"
                    title={words}
                  >
                    {words}
                  </th>
                  <td
                    className="w-1/2"
                    title={`${percent(own)} of the batch, ${percent(all)} of all that fit`}
                  >
                    <span className="relative block h-2 rounded-sm bg-sunken">
                      <span className="block h-2 rounded-sm bg-chart-1" style={{ width: `${own * 100}%` }} />
                      <span
                        className="absolute -top-0.5 h-3 w-0.5 bg-ink"
                        style={{ left: `calc(${all * 100}% - 1px)` }}
                      />
                    </span>
                    <span className="sr-only">
                      {percent(own)} of the batch, {percent(all)} of all that fit
                    </span>
                  </td>
                  <td className="pl-2 text-right text-ink-3">{cases.toLocaleString('en')}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ))}
      <p className="text-ink-3 text-xs">Bars: share of the batch. Ticks: share of all that fit.</p>
    </div>
  );
}
