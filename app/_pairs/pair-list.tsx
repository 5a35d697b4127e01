import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import type { PairsView } from '#server/labels/view-pairs.ts';
import { NameExperts } from './name-experts.tsx';

/** Experts and the technical staff whose reads they reviewed: how much, and how often it stood as it was. Nothing where nobody is paired. */
export function PairList({
  of,
  nameIn,
}: {
  of: PairsView;
  /** The batch in which the viewer may name experts. */
  nameIn?: string | undefined;
}) {
  if (!of.isPaired) return null;
  return (
    <section className="mb-10" aria-labelledby="pairs">
      <h2 id="pairs" className="font-semibold text-lg">
        Technical staff and experts
      </h2>
      <p className="mb-2 prose-width text-ink-3 text-sm">
        Reads of technical staff are reviewed by experts. The share that an expert accepts as it is says how
        far somebody can be left alone.
      </p>
      {nameIn !== undefined && of.naming !== null && of.naming.technicians.length > 0 ? (
        <NameExperts batchId={nameIn} naming={of.naming} />
      ) : null}
      {of.isWithheld ? (
        <p className="text-base text-ink-2">The pairs are shown when the batch is settled.</p>
      ) : of.pairs.length === 0 ? (
        <EmptyState title="Pairs appear here">No read of technical staff has been reviewed yet.</EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {of.pairs.map((pair) => (
            <li
              key={`${pair.expert} ${pair.technician}`}
              className="flex flex-wrap items-center gap-x-6 gap-y-2 py-3 text-sm"
            >
              <div className="w-full min-w-0 sm:w-auto sm:flex-1">
                <p className="font-medium text-base">
                  {pair.technician} <span className="font-normal text-ink-3">with</span> {pair.expert}
                </p>
                <p className="text-ink-2">{outcomesOf(pair)}</p>
              </div>
              <Measure
                label="Accepted as it was"
                value={pair.accepted / pair.reviewed}
                format="percent"
                interval={pair.interval}
                n={pair.reviewed}
                nUnit="reads"
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function outcomesOf({ reviewed, fixed, returned, rejected }: PairsView['pairs'][number]): string {
  const rest = [
    fixed > 0 ? `${fixed} fixed` : '',
    returned > 0 ? `${returned} returned` : '',
    rejected > 0 ? `${rejected} rejected` : '',
  ].filter((words) => words !== '');
  return `${reviewed} ${reviewed === 1 ? 'read' : 'reads'} reviewed${rest.length === 0 ? ', none changed' : `: ${rest.join(', ')}`}`;
}
