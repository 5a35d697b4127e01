import { loaded } from '#app/_trpc/server.ts';
import { BATCH_KIND_WORDS } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';

/**
 * The batches of a project that have reads and whose quality may be shown (R7, R15: not a pilot's or a panel's while it is read), and the
 * one asked for, else the first production batch; null when there is none.
 */
export async function chooseReadBatch(projectId: string, asked: string | undefined) {
  const batches = (await loaded((call) => call.work.batches({ projectId }))).filter(
    (batch) =>
      batch.totals.submitted > 0 &&
      !(
        (batch.kind === 'pilot' || batch.kind === 'self_label') &&
        (batch.status === 'open' || batch.status === 'paused')
      ),
  );
  const chosen =
    batches.find((batch) => batch.id === asked) ??
    batches.find((batch) => batch.kind === 'production') ??
    batches[0];
  const choices = batches.map(({ id, name, kind }) => ({
    id,
    label: name === BATCH_KIND_WORDS[kind] ? name : `${name} (${BATCH_KIND_WORDS[kind]})`,
  }));
  return chosen === undefined ? null : { chosen, choices };
}
