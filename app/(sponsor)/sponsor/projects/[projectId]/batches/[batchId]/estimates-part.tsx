import { loaded } from '#app/_trpc/server.ts';
import { TextLink } from '#app/_ui/text-link.tsx';
import { figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { FigureCell } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/figure-parts.tsx';
import { answerWordsOf } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';

type EstimatesPartProps = { batchId: string; field: string | undefined; href: string };

/** What a sample says of all that fitted: each class's share by sampling weight, beside the plain share of the drawn. */
export async function EstimatesPart({ batchId, field, href }: EstimatesPartProps) {
  const view = await loaded((call) => call.scores.estimates({ batchId, ...(field ? { field } : {}) }));
  if (view.settled === 0) return null;
  const divided = figureWords(view.divided, 'percent');
  return (
    <Section
      title="What the sample says of all that fitted"
      says={
        <>
          {view.settled.toLocaleString('en')} final labels, each counted by its sampling weight, for{' '}
          {view.population.toLocaleString('en')} cases.
          {divided === null ? '' : ` Readers would be divided on ${divided} of them.`}
        </>
      }
    >
      {view.fields.length < 2 ? null : (
        <p className="flex flex-wrap gap-x-4 gap-y-1 pb-3 text-sm">
          {view.fields.map(({ key, label }) =>
            key === view.field.key ? (
              <strong key={key} aria-current="true">
                {label}
              </strong>
            ) : (
              <TextLink key={key} href={`${href}?estimate=${encodeURIComponent(key)}`}>
                {label}
              </TextLink>
            ),
          )}
        </p>
      )}
      <div className="overflow-x-auto">
        <table className="w-full max-w-[720px] text-sm">
          <caption className="sr-only">Estimated shares of {view.field.label}</caption>
          <thead className="text-ink-3">
            <tr>
              <th scope="col" className="py-2 pr-4 text-left font-normal">
                {view.field.label}
              </th>
              <th scope="col" className="px-4 text-left font-normal">
                Of all that fitted
              </th>
              <th scope="col" className="pl-4 text-right font-normal">
                Of the drawn
              </th>
            </tr>
          </thead>
          <tbody>
            {view.classes.map(({ value, weighted, plain }) => (
              <tr key={value} className="border-line border-t">
                <th scope="row" className="py-2 pr-4 text-left font-medium">
                  {answerWordsOf(view.field.options, value)}
                </th>
                <td className="px-4">
                  <FigureCell label={value} figure={weighted} format="percent" />
                </td>
                <td className="pl-4 text-right text-ink-3">
                  {plain.value === null ? '–' : `${(plain.value * 100).toFixed(1)} %`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
