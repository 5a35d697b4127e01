import { ChartNoAxesCombined } from 'lucide-react';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import type { MarginsView } from '#server/staffing/schemas.ts';
import { ProjectMargin } from './project-margin.tsx';
import { StaffRates } from './staff-rates.tsx';

export const metadata: Metadata = { title: 'Margins' };

/** What a vendor earned, what its people cost it and what is left, by project; its own business alone (R21). */
export default async function MarginsPage() {
  const { staff, projects } = await loaded((call) => call.staffing.margins());
  return (
    <>
      <PageHeader title="Margins">
        <AnswerLine>
          <MarginSentence projects={projects} />
        </AnswerLine>
        <p className="mt-1 text-ink-3 text-sm">
          Only your own organisation sees this page. Readroom pays you, never your people: the rates move no
          money. Where a project hides known cases among its work, hours count at once and reads when their
          review period is over, so margins settle with the batch.
        </p>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {projects.length === 0 ? (
          <EmptyState
            icon={<ChartNoAxesCombined aria-hidden />}
            title="Margins will be here"
            action={
              <LinkButton variant="primary" href="/vendor/calls">
                See open calls
              </LinkButton>
            }
          >
            As soon as your people read in a project, what it earned, what they cost and what is left stand
            here.
          </EmptyState>
        ) : (
          projects.map((project) => <ProjectMargin key={project.projectId} project={project} />)
        )}
        <section aria-label="What you pay your people" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">What you pay your people</h2>
          <StaffRates staff={staff} currency={projects[0]?.currency ?? 'USD'} />
        </section>
      </div>
    </>
  );
}

function MarginSentence({ projects }: { projects: MarginsView['projects'] }) {
  if (projects.length === 0) return 'Nobody of yours has read in a project yet.';
  const open = projects.filter((project) => project.marginMinor === null);
  const [first] = projects;
  const isOneCurrency = projects.every((project) => project.currency === first?.currency);
  if (first && open.length === 0 && isOneCurrency) {
    const kept = projects.reduce((sum, project) => sum + (project.marginMinor ?? 0n), 0n);
    const earned = projects.reduce((sum, project) => sum + project.earnedMinor, 0n);
    return (
      <>
        Of <Money amountMinor={earned} currency={first.currency} /> earned you keep{' '}
        <strong>
          <Money amountMinor={kept} currency={first.currency} />
        </strong>
        .
      </>
    );
  }
  if (open.length === 0) return 'Each project stands in its own currency.';
  const people = new Set(open.flatMap((project) => project.missing)).size;
  return (
    <>
      <strong>
        {people} {people === 1 ? 'person has' : 'people have'} no rate
      </strong>{' '}
      in the currency of their work: set it below, and the margin can be told.
    </>
  );
}
