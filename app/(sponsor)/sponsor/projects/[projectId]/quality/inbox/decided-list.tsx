import { Timeline } from '#app/_ui/timeline.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import {
  DECISION_WORDS,
  METRIC_WORDS,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { ProposalView } from '#server/scores/governance-schemas.ts';
import { RestorePerson } from './restore-person.tsx';

/** What was decided, by whom, why and on what evidence, newest first. */
export function DecidedList({
  proposals,
  mayDecide,
}: {
  proposals: readonly ProposalView[];
  mayDecide: boolean;
}) {
  if (proposals.length === 0) return null;
  return (
    <Section title="Decided" says="The newest 50.">
      <Timeline
        events={proposals.map((one) => ({
          id: one.id,
          at: one.decidedAt ?? one.openedAt,
          title: `${one.subject}: ${one.decision ? DECISION_WORDS[one.decision].label : 'decided'}`,
          who: `${one.decidedBy ?? 'Somebody'} · ${METRIC_WORDS[one.metric] ?? one.metric} of ${one.fieldLabel}, ${one.batchName}`,
          says: (
            <>
              {one.decisionReason} <span className="text-ink-3">Evidence: {one.decisionEvidence}</span>
              {mayDecide && one.decision === 'pause_person' && one.standing === 'paused' ? (
                <span className="mt-2 block">
                  <RestorePerson proposalId={one.id} subject={one.subject} />
                </span>
              ) : null}
            </>
          ),
        }))}
      />
    </Section>
  );
}
