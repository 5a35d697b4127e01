import type { inferRouterOutputs } from '@trpc/server';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { FINDING_WORDS } from './finding-words.ts';

type Flow = inferRouterOutputs<AppRouter>['work']['caseFlow'];

/** From the file to final labels, as STARD draws it: what went on to the right, what was left out below. */
export function CaseFlow({ flow }: { flow: Flow }) {
  const excluded = flow.excluded.reduce((sum, one) => sum + one.cases, 0);
  const steps = [
    { name: 'Found in the file', cases: flow.found },
    { name: flow.isFrozen ? 'Accepted' : 'Accepted so far', cases: flow.accepted },
    { name: 'In a batch that was opened', cases: flow.inBatch },
    { name: 'With a final label', cases: flow.final },
  ];
  return (
    <div className="flex flex-col gap-6">
      <ol className="grid gap-2 sm:grid-cols-4">
        {steps.map(({ name, cases }, i) => (
          <li key={name} className="relative flex flex-col rounded-md border border-line bg-surface p-3">
            <span className="font-semibold text-xl">{cases.toLocaleString('en')}</span>
            <span className="text-ink-2 text-sm">{name}</span>
            {i === 1 && excluded > 0 ? (
              <ul className="mt-2 border-line border-t pt-2 text-ink-3 text-xs">
                {flow.excluded.map((one) => (
                  <li key={one.reason}>
                    {FINDING_WORDS[one.reason]}: {one.cases.toLocaleString('en')} kept out
                  </li>
                ))}
              </ul>
            ) : null}
            {i === 3 && flow.unusable > 0 ? (
              <span className="mt-2 border-line border-t pt-2 text-ink-3 text-xs">
                {counted(flow.unusable, 'case')} unusable
              </span>
            ) : null}
          </li>
        ))}
      </ol>
      {excluded > 0 ? <Subgroups flow={flow} /> : null}
    </div>
  );
}

/** Groups that are shown without asking. */
const FIRST_GROUPS = 40;

/** Who was kept out, by site and subgroup, most first: an exclusion that falls on one group is a bias. */
function Subgroups({ flow }: { flow: Flow }) {
  const groups = flow.subgroups.filter((one) => one.excluded > 0);
  const more = groups.slice(FIRST_GROUPS);
  return (
    <div className="flex max-w-[720px] flex-col gap-2">
      <GroupTable caption="Kept out by site and subgroup" groups={groups.slice(0, FIRST_GROUPS)} />
      {more.length > 0 ? (
        <details>
          <summary className="cursor-pointer text-ink-2 text-sm">
            {counted(more.length, 'more group')} with fewer kept out
          </summary>
          <GroupTable caption="More sites and subgroups" groups={more} />
        </details>
      ) : null}
    </div>
  );
}

function GroupTable({ caption, groups }: { caption: string; groups: Flow['subgroups'] }) {
  return (
    <table className="w-full text-sm">
      <caption className="pb-1 text-left font-medium">{caption}</caption>
      <thead className="text-ink-3">
        <tr>
          <th scope="col" className="py-1 text-left font-normal">
            Group
          </th>
          <th scope="col" className="px-2 text-right font-normal">
            Found
          </th>
          <th scope="col" className="px-2 text-right font-normal">
            Kept out
          </th>
          <th scope="col" className="text-right font-normal">
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((one) => (
          <tr key={`${one.dimension}=${one.value}`} className="border-line border-t">
            <th scope="row" className="py-1 text-left font-normal">
              {one.dimension === 'site' ? 'Site' : one.dimension.slice(9)}: {one.value || 'not given'}
            </th>
            <td className="px-2 text-right">{one.found.toLocaleString('en')}</td>
            <td className="px-2 text-right">{one.excluded.toLocaleString('en')}</td>
            <td className="text-right text-ink-3">{Math.round((100 * one.excluded) / one.found)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
