import type { ReactNode } from 'react';
import type { z } from 'zod';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { NeedsYou } from '#app/_ui/needs-you.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { DATA_CLASS_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';
import { type agreementCentre, KIND_TITLES } from '#server/agreements/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { AgreementTable } from './agreement-table.tsx';
import { counterparty, laterNeeds, waitsForUs } from './agreement-words.ts';
import { CertifyWindDown } from './certify-wind-down.tsx';
import { GateNote } from './gate-note.tsx';
import { RequestAgreement } from './request-agreement.tsx';

export type AgreementCentreProps = {
  centre: z.infer<typeof agreementCentre>;
  /** The viewer's area, such as `/vendor`. */
  area: string;
  /** True when the viewer's role may sign and ask for agreements. */
  maySign: boolean;
  /** Further parts of the page, such as attestations. */
  children?: ReactNode;
};

const dataWords: Readonly<Record<string, string>> = DATA_CLASS_WORDS;

/** What is signed, what waits, and which project does not open for want of what. */
export function AgreementCentre({ centre, area, maySign, children }: AgreementCentreProps) {
  const base = `${area}/agreements`;
  const toSign = centre.agreements.filter(waitsForUs);
  const closed = centre.projects.filter((project) => !project.decision.allowed);
  return (
    <>
      <PageHeader
        title="Agreements"
        actions={
          maySign && centre.requestable.length > 0 ? (
            <RequestAgreement kinds={centre.requestable} interimUntil={centre.interimUntil} base={base} />
          ) : undefined
        }
      >
        <AnswerLine>{answerOf(centre.projects.length, closed.length)}</AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <NeedsYou
          title="What needs you"
          empty="No agreement waits for your side."
          items={[
            ...toSign.map((one) => ({
              id: one.id,
              title: `Sign the ${KIND_TITLES[one.kind].toLowerCase()}`,
              why:
                one.status === 'partially_signed'
                  ? `${counterparty(one)} has signed`
                  : `with ${counterparty(one)}`,
              href: `${base}/${one.id}`,
              tone: 'attention' as const,
            })),
            ...laterNeeds(centre.agreements, base),
          ]}
        />
        {centre.duties.length === 0 ? null : (
          <section className="flex flex-col gap-3" aria-label="Return or destruction">
            <h2 className="font-semibold text-lg">Return or destroy, and certify</h2>
            <ul className="divide-y divide-line border-line border-y">
              {centre.duties.map((duty) => (
                <li key={duty.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
                  <span className="min-w-0 flex-1 text-base">
                    What was held under the ended {KIND_TITLES[duty.kind].toLowerCase()}, by{' '}
                    {sayDay(duty.dueOn)}
                  </span>
                  {maySign ? <CertifyWindDown dutyId={duty.id} title={KIND_TITLES[duty.kind]} /> : null}
                </li>
              ))}
            </ul>
          </section>
        )}
        {centre.projects.length === 0 ? null : (
          <section className="flex flex-col gap-3" aria-label="Projects">
            <h2 className="font-semibold text-lg">What the agreements allow</h2>
            <div className="grid gap-3 lg:grid-cols-2">
              {[...closed, ...centre.projects.filter((project) => project.decision.allowed)].map(
                (project) => (
                  <GateNote
                    key={project.projectId}
                    subject={`“${project.title}” (${dataWords[project.dataClass] ?? project.dataClass})`}
                    decision={project.decision}
                  />
                ),
              )}
            </div>
          </section>
        )}
        {children}
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">All agreements</h2>
          <AgreementTable
            agreements={centre.agreements}
            base={base}
            carries={centre.carries}
            empty={
              <EmptyState title="No agreements yet">
                Ask for the services agreement first; what a project’s data needs is named above once you work
                on one.
              </EmptyState>
            }
          />
        </section>
      </div>
    </>
  );
}

function answerOf(projects: number, closed: number): ReactNode {
  if (projects === 0) return 'No project of yours asks for an agreement yet.';
  if (closed === 0) {
    return (
      <>
        The agreements carry <strong>all {projects}</strong> {projects === 1 ? 'project' : 'projects'}.
      </>
    );
  }
  return (
    <>
      <strong>
        {closed} of {projects}
      </strong>{' '}
      {projects === 1 ? 'project' : 'projects'} {closed === 1 ? 'does' : 'do'} not open yet for want of an
      agreement.
    </>
  );
}
