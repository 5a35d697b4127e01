import { Badge } from '#app/_ui/badge.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { BATCH_KIND_WORDS, counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { DashboardView } from '#server/analytics/schemas.ts';

type Batch = DashboardView['batches'][number];

/** Each batch: how far, how reliable, how right. */
export function BatchLines({ projectId, batches }: { projectId: string; batches: readonly Batch[] }) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {batches.map((batch) => (
        <li
          key={batch.batchId}
          className="grid gap-x-8 gap-y-3 py-4 md:grid-cols-[minmax(0,15rem)_minmax(0,1fr)_minmax(0,1.4fr)]"
        >
          <div className="flex min-w-0 flex-col items-start gap-1">
            <TextLink
              className="font-medium"
              href={`/sponsor/projects/${projectId}/batches/${batch.batchId}`}
            >
              {batch.name}
            </TextLink>
            <span className="text-ink-3 text-xs">
              {BATCH_KIND_WORDS[batch.kind]}
              {batch.vendor ? ` · ${batch.vendor}` : ''}
            </span>
            <span className="flex flex-wrap gap-1">
              <StatusPill state={batch.status} />
              {batch.assisted ? <Badge tone="attention">Assisted reads</Badge> : null}
            </span>
          </div>
          <div className="flex flex-col gap-2">
            <ProgressBar label="Reads" done={batch.reads} total={batch.readsNeeded} unit="reads" />
            <ProgressBar label="Cases settled" done={batch.casesFinal} total={batch.cases} unit="cases" />
            {batch.casesWaiting > 0 ? (
              <p className="text-ink-3 text-xs">
                {counted(batch.casesWaiting, 'case')} wait for consensus, review or the panel.
              </p>
            ) : null}
          </div>
          <Quality batch={batch} />
        </li>
      ))}
    </ul>
  );
}

function Quality({ batch }: { batch: Batch }) {
  const fields = batch.reliability.filter((score) => score.value !== null).slice(0, 3);
  return (
    <div className="grid content-start gap-x-6 gap-y-3 sm:grid-cols-2">
      {fields.length === 0 ? (
        <Measure
          label="Reliability (α)"
          value={null}
          reason={
            batch.gold.reason === 'withheld'
              ? 'withheld'
              : batch.reads === 0
                ? 'no_data'
                : 'Measured from ten reads on'
          }
        />
      ) : (
        fields.map((score) => (
          <Measure
            key={score.field}
            label={`Reliability (α) of ${score.label}`}
            value={score.value}
            interval={score.interval}
            n={score.n}
            nUnit="cases"
            range={[0, 1]}
          />
        ))
      )}
      <Measure
        label="Right on gold, every gated field"
        value={batch.gold.value}
        reason={batch.gold.reason}
        interval={batch.gold.interval}
        n={batch.gold.n}
        nUnit="cases with gold"
        range={[0, 1]}
      />
    </div>
  );
}
