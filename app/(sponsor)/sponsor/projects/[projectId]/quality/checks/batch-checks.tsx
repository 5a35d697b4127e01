import { Badge } from '#app/_ui/badge.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { AnswersWithheld } from '#app/(sponsor)/sponsor/_parts/answers-withheld.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ChecksView } from '#server/labels/view-schemas.ts';
import { EndAudit } from './end-audit.tsx';
import { OrderAudit } from './order-audit.tsx';

type Batch = ChecksView['batches'][number];
type Audit = NonNullable<Batch['audit']>;
type Rate = Audit['rate'];

const VERDICT: Record<Audit['verdict'], { tone: 'good' | 'critical' | 'attention'; words: string }> = {
  pass: { tone: 'good', words: 'Shown' },
  fail: { tone: 'critical', words: 'Refuted' },
  inconclusive: { tone: 'attention', words: 'Not decided yet' },
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
export function BatchChecks({ batch, hasAuditor }: { batch: Batch; hasAuditor: boolean }) {
  const ordered = batch.withheld === null ? batch.audit : batch.withheld.audit;
  const open = (ordered?.open ?? 0) + (batch.misses?.open ?? 0);
  const left = (ordered?.open ?? 0) + (ordered?.waiting ?? 0);
  return (
    <Section
      title={batch.batchName}
      actions={
        batch.mayOrder ? (
          <>
            {isWhole(ordered) ? null : (
              <OrderAudit batchId={batch.batchId} isOrdered={ordered !== null} cases={batch.cases} />
            )}
            {batch.left === null || batch.left.isEnded ? null : (
              <EndAudit batchId={batch.batchId} left={batch.left} />
            )}
          </>
        ) : null
      }
    >
      {batch.withheld === null ? null : (
        <AnswersWithheld refusal={{ reason: 'pilot_withheld', ...batch.withheld }} />
      )}
      {ordered === null ? (
        <p className="text-ink-2 text-sm">No audit is ordered for this batch.</p>
      ) : batch.audit === null ? (
        <p className="text-ink-2 text-sm">
          An audit is ordered: {ordered.sampleSize.toLocaleString('en')} of{' '}
          {counted(ordered.population, 'case')} drawn by chance, {left.toLocaleString('en')} of them still to
          be looked at.
        </p>
      ) : (
        <AuditPart audit={batch.audit} />
      )}
      {batch.misses === null ? null : <MissesPart misses={batch.misses} />}
      {batch.left?.isEnded ? <EndedPart held={batch.left.held} /> : null}
      {open > 0 && !hasAuditor ? (
        <p className="text-attention-ink text-sm">
          {counted(open, 'case')} {open === 1 ? 'waits' : 'wait'} and nobody may look at them: appoint an
          auditor below.
        </p>
      ) : null}
    </Section>
  );
}

/** After the end only what somebody holds is left: what that means for the batch, and what ends it. */
function EndedPart({ held }: { held: number | null }) {
  if (held === 0) return null;
  return (
    <p className="prose-width text-ink-2 text-sm">
      The checks are ended.{' '}
      {held === 1
        ? '1 check that somebody is at is finished and paid, or given up when its case is let go'
        : `${held === null ? 'Checks' : counted(held, 'check')} that somebody is at are finished and paid, or given up when their cases are let go`}
      ; the batch settles after that.
    </p>
  );
}

function AuditPart({ audit }: { audit: Audit }) {
  const verdict = VERDICT[audit.verdict];
  const left = audit.waiting + audit.open + audit.dropped;
  const kinds = Object.entries(audit.kinds).map(([kind, n]) => `${n} ${KIND[kind] ?? kind}`);
  return (
    <div className="flex max-w-[720px] flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        To show: at most {percent(audit.maxErrorRate)} wrong, {percent(audit.confidence)} sure;{' '}
        {audit.sampleSize.toLocaleString('en')} of {counted(audit.population, 'case')} drawn by chance
        <Badge tone={verdict.tone}>{verdict.words}</Badge>
      </p>
      <ProgressBar
        label="Looked at"
        done={audit.done}
        total={audit.done + audit.waiting + audit.open}
        unit="cases of the sample"
      />
      <div className="flex flex-col gap-1">
        <Measure
          label="Final labels found wrong"
          {...shown(audit.rate)}
          format="percent"
          intervalNote={`Each side holds with ${percent(audit.confidence)}${left > 0 ? ', whatever is found in what is not looked at' : ''}`}
          threshold={{ value: audit.maxErrorRate, is: 'at_most' }}
        />
        <p className="prose-width text-ink-2 text-sm">
          {audit.errors === 0
            ? audit.acceptErrors === 0
              ? 'One error in the sample is enough to refute it.'
              : `It holds with up to ${counted(audit.acceptErrors, 'error')} in the sample.`
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

const were = (n: number) => (n === 1 ? 'was' : 'were');

const upheldWords = (n: number) =>
  n === 0
    ? 'the panel has changed no label because of it so far'
    : `the panel has changed ${counted(n, 'label')} because of it`;

function MissesPart({ misses }: { misses: NonNullable<Batch['misses']> }) {
  return (
    <div className="flex max-w-[720px] flex-col gap-1">
      <Measure
        label={`Missed among “${misses.normal}”`}
        {...shown(misses.rate)}
        format="percent"
        nUnit="read again, blind"
      />
      <p className="prose-width text-ink-2 text-sm">
        {counted(misses.omissions, 'finding')} overlooked in {counted(misses.done, 'label')} of{' '}
        {misses.fieldLabel} that said “{misses.normal}”
        {misses.open > 0 ? `; ${misses.open} still to read` : ''}.
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

const shown = (rate: Rate) => ({
  value: rate.value,
  ...(rate.value === null ? { reason: rate.reason ?? 'not_started' } : {}),
  ...(rate.interval ? { interval: rate.interval } : {}),
  n: rate.n,
});
