import type { inferRouterOutputs } from '@trpc/server';
import { DateTime } from '#app/_ui/date-time.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Markdown } from '#app/_ui/markdown.tsx';
import { Money } from '#app/_ui/money.tsx';
import { DATA_CLASS_WORDS, USE_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';
import { describeTerms } from '#server/pilots/terms-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';

type Call = inferRouterOutputs<AppRouter>['bids']['getCall'];

/** "1,000 cases, 3 reads each, 10 % reviewed". */
function workWords({ cases, project }: Call): string {
  const reviewed =
    project.reviewShareBasisPoints === 0 ? '' : `, ${project.reviewShareBasisPoints / 100} % reviewed`;
  return `${(cases ?? 0).toLocaleString('en')} cases, ${project.overlap} reads each${reviewed}`;
}

/** What the call asks for, and by what the pilot is judged (R10). */
export function CallTerms({ call }: { call: Call }) {
  const { project, pilotTerms, termNames: names } = call;
  const money = (minor: number) =>
    formatMoney({ amountMinor: BigInt(minor), currency: project.currency }).full;
  const facts: [string, React.ReactNode][] = [
    ['Data', DATA_CLASS_WORDS[project.dataClass]],
    ['For', USE_WORDS[project.intendedUse].label],
    ['Who may read', project.credentialRule],
    ['From', project.allowedCountries.length === 0 ? 'anywhere' : project.allowedCountries.join(', ')],
    ...(call.cases ? [['Whole work', workWords(call)] as [string, string]] : []),
    ...(call.taskTypes.length === 0
      ? []
      : [
          [
            'Kinds of task',
            call.taskTypes.map((one) => `${one.label} ${one.shareBasisPoints / 100} %`).join(', '),
          ] as [string, string],
        ]),
    ...(call.ceilingMinor === null
      ? []
      : ([
          [
            'At most',
            <>
              <Money key="c" amountMinor={call.ceilingMinor} currency={project.currency} /> for the whole
              work, before the platform fee
            </>,
          ],
        ] as [string, React.ReactNode][])),
    ['Deadline', <DateTime key="d" at={`${project.deadline}T00:00:00Z`} format="day" zone="UTC" />],
    ...describeTerms(pilotTerms, { names, money }),
    ['Pay', 'Every valid read of the pilot is paid, pass or fail'],
  ];
  return (
    <section aria-label="What is asked" className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">What is asked</h2>
      {project.summary ? <Markdown>{project.summary}</Markdown> : null}
      <dl className="divide-y divide-line border-line border-y">
        {facts.map(([name, value]) => (
          <div key={name} className="grid gap-x-4 py-2 sm:grid-cols-[160px_1fr]">
            <dt className="text-ink-3 text-sm">{name}</dt>
            <dd className="text-base">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
