import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { AnswersWithheld } from '#app/(sponsor)/sponsor/_parts/answers-withheld.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ChecksView } from '#server/labels/view-schemas.ts';
import { EndAudit } from './end-audit.tsx';
import { endedWords, heldWords, orderedWords, unlookedWords } from './end-words.ts';
import { OrderAudit } from './order-audit.tsx';

type Batch = ChecksView['batches'][number];
type Audit = NonNullable<Batch['audit']>;
type Rate = Audit['rate'];

const VERDICT: Record<Audit['verdict'], { tone: 'good' | 'critical' | 'attention'; words: string }> = {
  pass: { tone: 'good', words: 'Shown' },
  fail: { tone: 'critical', words: 'Refuted' },
  inconclusive: { tone: 'attention', words: 'Not decided' },
};
const KIND: Record<string, string> = {
  mislabel: 'another class',
  omission: 'missed',
  extra: 'not there',
  boundary: 'extent',
  inconsistency: 'contradiction',
};
const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;

/** What is known of the audit while what it finds is held back, and after. */
type Ordered = Pick<Audit, 'sampleSize' | 'population' | 'waiting' | 'open'>;

/** An audit that looks at every case cannot be made larger. */
const isWhole = (audit: Ordered | null) => audit !== null && audit.sampleSize >= audit.population;

/** The audit and the blind re-reads of one batch. */
export function BatchChecks({
  batch,
  vendor,
  hasAuditor,
}: {
  batch: Batch;
  /** Whose pilot it is. */
  vendor: string | undefined;
  hasAuditor: boolean;
}) {
  const ordered = batch.withheld === null ? batch.audit : batch.withheld.audit;
  const open = (ordered?.open ?? 0) + (batch.misses?.open ?? 0);
  const left = (ordered?.open ?? 0) + (ordered?.waiting ?? 0);
  const isSettled = batch.batchStatus === 'settled';
  const sectionId = `checks-${batch.batchId}`;
  return (
    <Section
      id={sectionId}
      title={vendor === undefined ? batch.batchName : `${batch.batchName}, ${vendor}`}
      actions={
        batch.mayOrder ? (
          <>
            {isWhole(ordered) ? null : (
              <OrderAudit batchId={batch.batchId} isOrdered={ordered !== null} cases={batch.cases} />
            )}
            {batch.left === null || batch.left.isEnded ? null : (
              <EndAudit
                batchId={batch.batchId}
                batchName={batch.batchName}
                left={batch.left}
                isAudited={ordered !== null}
                sectionId={sectionId}
              />
            )}
          </>
        ) : null
      }
    >
      <EndedPart batch={batch} />
      {ordered === null ? (
        <p className="text-ink-2 text-sm">No audit is ordered for this batch.</p>
      ) : batch.audit === null ? (
        <p className="text-ink-2 text-sm">{orderedWords(ordered, left, batch.ended.audit !== null)}</p>
      ) : (
        <AuditPart audit={batch.audit} isOver={batch.ended.audit !== null || isSettled} />
      )}
      {batch.withheld === null ? null : (
        <AnswersWithheld refusal={{ reason: 'pilot_withheld', ...batch.withheld }} />
      )}
      {batch.misses === null ? null : (
        <MissesPart misses={batch.misses} isOver={batch.ended.rereads !== null || isSettled} />
      )}
      {open > 0 && !hasAuditor ? (
        <p className="text-attention-ink text-sm">
          {counted(open, 'case')} {open === 1 ? 'waits' : 'wait'} and nobody may look at them: appoint an
          auditor below.
        </p>
      ) : null}
    </Section>
  );
}

/** That checks were ended, since when, why, and what is waited for. */
function EndedPart({ batch: { ended, left } }: { batch: Batch }) {
  const at = ended.audit ?? ended.rereads;
  if (at === null) return null;
  return (
    <div className="prose-width flex flex-col gap-1 text-sm">
      <p>
        {endedWords(ended)} on <DateTime at={at} format="minute" />.
        {left?.isEnded ? heldWords(left.held) : ''}
      </p>
      {ended.reason === null ? null : (
        <p className="wrap-anywhere text-ink-2">
          <span className="text-ink-3">Reason:</span> {ended.reason}
        </p>
      )}
    </div>
  );
}

function AuditPart({ audit, isOver }: { audit: Audit; isOver: boolean }) {
  const verdict = VERDICT[audit.verdict];
  const left = audit.waiting + audit.open + audit.dropped;
  const kinds = Object.entries(audit.kinds).map(([kind, n]) => `${n} ${KIND[kind] ?? kind}`);
  return (
    <div className="flex max-w-[720px] flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        To show: at most {percent(audit.maxErrorRate)} wrong, {percent(audit.confidence)} sure;{' '}
        {audit.sampleSize.toLocaleString('en')} of {counted(audit.population, 'case')} drawn by chance
        <Badge tone={verdict.tone}>
          {verdict.words}
          {audit.verdict === 'inconclusive' && audit.waiting + audit.open > 0 ? ' yet' : ''}
        </Badge>
      </p>
      <ProgressBar label="Looked at" done={audit.done} total={audit.done + left} unit="cases of the sample" />
      <div className="flex flex-col gap-1">
        <Measure
          label="Final labels found wrong"
          {...shown(audit.rate, unlookedWords(audit.open, isOver))}
          format="percent"
          intervalNote={`Each side holds with ${percent(audit.confidence)}${left > 0 ? ', whatever is found in what is not looked at' : ''}`}
          threshold={{ value: audit.maxErrorRate, is: 'at_most' }}
        />
        <p className="prose-width text-ink-2 text-sm">
          {audit.errors === 0
            ? acceptWords(audit, isOver)
            : `${counted(audit.errors, 'error')} (${kinds.join(', ')}); ${upheldWords(audit.upheld)}.`}
          {audit.done > 0 && left > 0 ? ' What is not looked at counts at its worst in the interval.' : ''}
          {audit.dropped > 0
            ? ` ${counted(audit.dropped, 'case')} of the sample ${were(audit.dropped)} given up.`
            : ''}
          {audit.lost > 0
            ? ` ${counted(audit.lost, 'case')} of the sample ${were(audit.lost)} unusable, shut for protected information or never read, and ${were(audit.lost)} not looked at.`
            : ''}
        </p>
        <p className="prose-width text-ink-2 text-sm">
          It speaks of the {counted(audit.population, 'case')} that this batch has.
          {audit.extra.done > 0
            ? ` ${counted(audit.extra.done, 'case')} looked at while it was smaller (${audit.extra.errors} wrong) ${were(audit.extra.done)} left out of the figures: the sample is drawn anew from all cases when some are added, and ${audit.extra.done === 1 ? 'it is' : 'they are'} not in it.`
            : ''}
        </p>
      </div>
    </div>
  );
}

/** What the sample has to show, while it still can. */
function acceptWords({ done, acceptErrors }: Audit, isOver: boolean): string {
  if (isOver && done === 0) return 'So nothing is known of the labels.';
  return acceptErrors === 0
    ? 'One error in the sample is enough to refute it.'
    : `It holds with up to ${counted(acceptErrors, 'error')} in the sample.`;
}

const were = (n: number) => (n === 1 ? 'was' : 'were');

const upheldWords = (n: number) =>
  n === 0
    ? 'the panel has changed no label because of it so far'
    : `the panel has changed ${counted(n, 'label')} because of it`;

/** What was overlooked; of nothing read nothing is said, not that nothing was found. */
function foundWords({ fieldLabel, normal, omissions, done, open }: NonNullable<Batch['misses']>): string {
  const which = `of ${fieldLabel} that said “${normal}”`;
  if (done === 0)
    return open === 0
      ? `No label ${which} was read again.`
      : `${counted(open, 'label')} ${which} ${open === 1 ? 'waits' : 'wait'} to be read again.`;
  const rest = open === 0 ? '' : `; ${open.toLocaleString('en')} still to read`;
  return `${counted(omissions, 'finding')} overlooked in ${counted(done, 'label')} ${which}${rest}.`;
}

function MissesPart({ misses, isOver }: { misses: NonNullable<Batch['misses']>; isOver: boolean }) {
  return (
    <div className="flex max-w-[720px] flex-col gap-1">
      <Measure
        label={`Missed among “${misses.normal}”`}
        {...shown(misses.rate, unlookedWords(misses.open, isOver))}
        format="percent"
        nUnit="read again, blind"
      />
      <p className="prose-width text-ink-2 text-sm">
        {foundWords(misses)}
        {misses.population === null
          ? ''
          : ` The share counts by sampling weight, so that it speaks for all ${counted(misses.population, 'case')} that fitted.`}
        {misses.unseen > 0
          ? ` It says nothing of about ${counted(misses.unseen, 'such label')} in strata where none was read again.`
          : ''}
      </p>
    </div>
  );
}

/** A rate as it is drawn; the only reason for there being none is that nothing was looked at, `unlooked`. */
const shown = (rate: Rate, unlooked: string) => ({
  value: rate.value,
  ...(rate.value === null ? { reason: unlooked } : {}),
  ...(rate.interval ? { interval: rate.interval } : {}),
  n: rate.n,
});
