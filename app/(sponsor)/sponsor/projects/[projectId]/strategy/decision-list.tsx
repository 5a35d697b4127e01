import { DateTime } from '#app/_ui/date-time.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import type { StrategyView } from '#server/strategy/schemas.ts';
import { MODE_WORDS, nextSteps, SOURCE_WORDS } from './strategy-words.ts';

type DecisionListProps = { decisions: StrategyView['decisions']; projectId: string };

/** What was decided, the newest first; the first one holds and carries on. */
export function DecisionList({ decisions, projectId }: DecisionListProps) {
  return (
    <ol className="max-w-[720px] divide-y divide-line border-line border-y">
      {decisions.map((one, place) => (
        <li key={one.id} className="flex flex-col gap-1 py-3 text-sm">
          <span>
            <strong>
              {MODE_WORDS[one.mode].label}
              {one.mode === 'automated' ? '' : `, ${SOURCE_WORDS[one.source].label.toLowerCase()}`}
            </strong>
            {one.mode !== 'automated' && one.source === 'hybrid'
              ? ` (${Math.round(one.ownShareBasisPoints / 100)} % by own staff)`
              : ''}
            {one.isAsRecommended ? ', as recommended' : ', against the recommendation'}
            {place === 0 ? ' · holds now' : ''}
          </span>
          {one.reason === '' ? null : <span className="prose-width">{one.reason}</span>}
          <span className="text-ink-3">
            {one.decidedBy}, <DateTime at={one.decidedAt} format="minute" />
          </span>
          {place === 0 ? (
            <span className="mt-1 flex flex-wrap gap-2">
              {nextSteps(one.source, one.mode, `/sponsor/projects/${projectId}`).map((step) => (
                <LinkButton key={step.href} href={step.href} size="sm">
                  {step.label}
                </LinkButton>
              ))}
            </span>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
