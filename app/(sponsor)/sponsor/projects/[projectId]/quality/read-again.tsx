import { TextLink } from '#app/_ui/text-link.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { QualityView } from '#server/analytics/schemas.ts';
import { answerWordsOf } from './quality-words.ts';

/** As many readers and answers as are named; the form takes any. */
const NAMED = 3;

/** Kinds of batches whose cases can be ordered again. */
export const isRelabelled = (kind: QualityView['batch']['kind']) =>
  kind === 'production' || kind === 'relabel';

/** Where a relabel batch is made, with its filter filled in (`start-choice.ts`). */
export function relabelHref(projectId: string, batchId: string, filter: Record<string, string>): string {
  const asked = new URLSearchParams({ kind: 'relabel', from: batchId, ...filter });
  return `/sponsor/projects/${projectId}/batches/new?${asked}`;
}

/** From what is weak to a batch in which it is read again, one link each; nothing is ordered by it. */
export function ReadAgain({ projectId, quality }: { projectId: string; quality: QualityView }) {
  const { batch, field, hardest } = quality;
  const href = (filter: Record<string, string>) => relabelHref(projectId, batch.id, filter);
  const answers = [...quality.byClass]
    .filter((one) => one.kappa.value !== null)
    .sort((a, b) => (a.kappa.value ?? 1) - (b.kappa.value ?? 1))
    .slice(0, NAMED);
  return (
    <Section
      title="Have it read again"
      says="Other people read, and the earlier labels stay beside the new ones. The form opens with its filter filled in; nothing is ordered yet."
    >
      <ul className="flex flex-col gap-1.5 text-sm">
        {hardest.length === 0 ? null : (
          <li>
            <TextLink href={href({ doubt: 'disputed' })}>Cases whose readers disagreed</TextLink>
          </li>
        )}
        {answers.map((one) => (
          <li key={one.value}>
            <TextLink href={href({ field: field.key, values: one.value })}>
              Cases that ended as “{answerWordsOf(field.options, one.value)}”
            </TextLink>{' '}
            <span className="text-ink-3">κ {one.kappa.value?.toFixed(2)}</span>
          </li>
        ))}
        {weakest(quality).map(({ alias, mean }) => (
          <li key={alias}>
            <TextLink href={href({ reader: alias })}>What {alias} has read</TextLink>{' '}
            <span className="text-ink-3">agrees with the others by κ {mean.toFixed(2)} on average</span>
          </li>
        ))}
        <li>
          <TextLink href={href({})}>Any part of this batch</TextLink>
        </li>
      </ul>
    </Section>
  );
}

/** Readers by how they agree with the others, lowest first. */
function weakest({ pairs }: QualityView): { alias: string; mean: number }[] {
  const sums = new Map<string, { sum: number; n: number }>();
  for (const { first, second, kappa } of pairs) {
    if (kappa.value === null) continue;
    for (const alias of [first, second]) {
      const { sum, n } = sums.get(alias) ?? { sum: 0, n: 0 };
      sums.set(alias, { sum: sum + kappa.value, n: n + 1 });
    }
  }
  return [...sums]
    .map(([alias, { sum, n }]) => ({ alias, mean: sum / n }))
    .sort((a, b) => a.mean - b.mean || (a.alias < b.alias ? -1 : 1))
    .slice(0, NAMED);
}
