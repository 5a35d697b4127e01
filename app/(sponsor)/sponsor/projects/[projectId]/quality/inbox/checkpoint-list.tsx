import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { CheckpointLine } from '#server/scores/checkpoint-schemas.ts';

const STATE: Record<
  CheckpointLine['status'],
  { tone: 'attention' | 'critical' | 'good' | 'neutral'; words: string }
> = {
  due: { tone: 'attention', words: 'Waits' },
  stopped: { tone: 'critical', words: 'Stopped' },
  signed: { tone: 'good', words: 'Signed' },
  freed: { tone: 'neutral', words: 'Ended' },
};

/** The checkpoints of a project: what waits for the clinical lead first, then what was signed. */
export function CheckpointList({
  projectId,
  checkpoints,
}: {
  projectId: string;
  checkpoints: readonly CheckpointLine[];
}) {
  if (checkpoints.length === 0) return null;
  return (
    <Section
      title="Checkpoints"
      says="At these points a batch stands still until the clinical lead has looked at a sample and signed."
    >
      <ul className="divide-y divide-line border-line border-y">
        {checkpoints.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
                {one.batchName}
                <Badge tone={STATE[one.status].tone}>{STATE[one.status].words}</Badge>
              </p>
              <p className="prose-width text-ink-2 text-sm">
                {one.shareBasisPoints === null
                  ? 'A bound was crossed'
                  : `At ${one.shareBasisPoints / 100} % of the batch`}
                , <DateTime at={one.reachedAt} format="minute" />
                {one.status === 'freed'
                  ? '. Nothing waits for it: panels and pilots no longer stop at checkpoints.'
                  : null}
                {decisionWords(one)}
              </p>
            </div>
            {one.status === 'freed' ? null : (
              <LinkButton
                variant={one.status === 'signed' ? 'quiet' : 'secondary'}
                href={`/sponsor/projects/${projectId}/quality/checkpoints/${one.id}`}
              >
                {one.status === 'signed' ? 'Open' : 'Look and sign'}
                <span className="sr-only"> the checkpoint of {one.batchName}</span>
              </LinkButton>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Who decided and why, in their words; one that was freed had been stopped. */
function decisionWords({ status, decidedBy, decisionReason }: CheckpointLine): string | null {
  if (decidedBy === null) return null;
  return status === 'freed'
    ? ` ${decidedBy} had stopped it before: ${decisionReason}`
    : `; ${decidedBy}: ${decisionReason}`;
}
