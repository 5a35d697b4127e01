import { DateTime } from '#app/_ui/date-time.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import {
  DISAGREEMENT_WORDS,
  ERROR_WORDS,
  ROUTE_WORDS,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { RootCauseView } from '#server/scores/governance-schemas.ts';
import { ActionForm } from './action-form.tsx';
import { DiagnoseForm } from './diagnose-form.tsx';

/** The cause in words and where it is put right, then the corrective action with its owner. */
export function CausePart({ view }: { view: RootCauseView }) {
  const { diagnosis, action } = view;
  const canDiagnose = view.mayDecide && (view.status === 'open' || view.status === 'diagnosed');
  const canPlan = view.mayDecide && (view.status === 'diagnosed' || view.status === 'acting');
  return (
    <>
      <Section title="Cause" says="One cause for the case; what was found in single cases stays with them.">
        {diagnosis ? (
          <div className="prose-width text-sm">
            <p>{diagnosis.text}</p>
            <p className="pt-1 text-ink-2">
              {DISAGREEMENT_WORDS[diagnosis.disagreement]} · {ERROR_WORDS[diagnosis.errorKind]} ·{' '}
              <strong className="font-medium">{ROUTE_WORDS[diagnosis.route]}</strong>
            </p>
          </div>
        ) : null}
        {!diagnosis && !canDiagnose ? (
          <p className="text-ink-3 text-sm">Nobody has named the cause yet.</p>
        ) : null}
        {canDiagnose ? (
          <DiagnoseForm rootCauseId={view.id} suggestion={view.suggestion} before={diagnosis} />
        ) : null}
      </Section>
      {diagnosis ? (
        <Section
          title="Corrective action"
          says="What is done, by whom, and from when its effect is looked for."
        >
          {action ? (
            <dl className="grid max-w-[720px] gap-x-8 gap-y-2 text-sm sm:grid-cols-[auto_1fr]">
              <dt className="text-ink-3">Action</dt>
              <dd>{action.text}</dd>
              <dt className="text-ink-3">Owner</dt>
              <dd>{action.owner}</dd>
              <dt className="text-ink-3">Done by</dt>
              <dd>{action.dueOn === '' ? '–' : <DateTime at={action.dueOn} format="day" zone="UTC" />}</dd>
              <dt className="text-ink-3">Holds from</dt>
              <dd>
                <DateTime at={action.from} format="day" zone="UTC" /> (UTC)
              </dd>
            </dl>
          ) : null}
          {!action && !canPlan ? <p className="text-ink-3 text-sm">Nothing is planned yet.</p> : null}
          {canPlan ? <ActionForm rootCauseId={view.id} people={view.people} before={action} /> : null}
        </Section>
      ) : null}
    </>
  );
}
