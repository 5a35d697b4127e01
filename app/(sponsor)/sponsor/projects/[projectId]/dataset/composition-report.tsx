import { TriangleAlert } from 'lucide-react';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { Composition } from '#server/datasets/schemas.ts';

type Count = { value: string; cases: number };

/** Counts by site, split, subgroup and class, with what to worry about first. */
export function CompositionReport({
  composition,
  batchHref,
}: {
  composition: Composition;
  /** Where a batch of some of the cases is made; null where it is not offered. */
  batchHref: string | null;
}) {
  const { cases, patients, assets, sites, splits, subgroups, classes, goldCases, warnings } = composition;
  const groups: CountTableProps[] = [
    { name: 'Site', counts: sites, of: cases, column: 'site' },
    ...(splits.length > 0 ? [{ name: 'Split', counts: splits, of: cases, column: 'split' as const }] : []),
    ...Object.entries(subgroups).map(([name, counts]) => ({ name, counts, of: cases, column: name })),
    ...Object.entries(classes).map(([field, counts]) => ({
      name: `Gold: ${field}`,
      counts,
      of: goldCases,
      column: null,
    })),
  ];
  return (
    <div className="flex flex-col gap-4">
      <p className="text-ink-2 text-sm">
        {counted(cases, 'case')} of {counted(patients, 'patient')}; {counted(assets.image, 'image')},{' '}
        {counted(assets.text, 'text')};{' '}
        {goldCases === 0 ? 'no gold' : `gold for ${counted(goldCases, 'case')}`}.
      </p>
      {warnings.length === 0 ? null : (
        <ul className="flex flex-col gap-1.5" aria-label="What to look at">
          {warnings.map((warning) => (
            <li key={warning.message} className="flex items-start gap-2 text-sm">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
              <span className="prose-width">{warning.message}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2 lg:grid-cols-3">
        {groups.map((group) => (
          <CountTable key={group.name} {...group} batchHref={batchHref} />
        ))}
      </div>
    </div>
  );
}

const MOST = 12;

type CountTableProps = {
  name: string;
  counts: readonly Count[];
  of: number;
  /** What a link to the batch form calls it; null for what cannot be chosen by. */
  column: string | null;
  batchHref?: string | null;
};

/** The batch form with one value ticked. */
const linkOf = (href: string, column: string, value: string) =>
  column === 'split'
    ? `${href}&split=${encodeURIComponent(value)}`
    : `${href}&only=${encodeURIComponent(`${column}=${value}`)}`;

function CountTable({ name, counts, of, column, batchHref = null }: CountTableProps) {
  const shown = counts.slice(0, MOST);
  const rest = counts.slice(MOST);
  return (
    <table className="w-full self-start text-sm">
      <caption className="pb-1 text-left font-medium">{name}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Value</th>
          <th scope="col">Cases</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((count) => (
          <tr key={count.value} className="border-line border-t">
            <th scope="row" className="w-full max-w-0 truncate py-1 pr-2 text-left font-normal">
              {count.value === '' ? (
                <span className="text-ink-3">not given</span>
              ) : batchHref !== null && column !== null ? (
                <TextLink href={linkOf(batchHref, column, count.value)} title="Create a batch of these cases">
                  {count.value}
                </TextLink>
              ) : (
                count.value
              )}
            </th>
            <td className="px-2 text-right">{count.cases.toLocaleString('en')}</td>
            <td className="whitespace-nowrap text-right text-ink-3">
              {of === 0 ? '' : `${Math.round((count.cases / of) * 100)} %`}
            </td>
          </tr>
        ))}
      </tbody>
      {rest.length === 0 ? null : (
        <tfoot>
          <tr className="border-line border-t text-ink-3">
            <td colSpan={3} className="py-1">
              and {rest.length} more with {rest.reduce((sum, one) => sum + one.cases, 0).toLocaleString('en')}{' '}
              cases
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
