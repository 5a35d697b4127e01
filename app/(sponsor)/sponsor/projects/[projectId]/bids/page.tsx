import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import type { Composition } from '#server/datasets/schemas.ts';
import { CallForm } from './call-form.tsx';
import { callDefaults } from './call-values.ts';
import { ComparePage, choicesOf, mayCallAgain } from './compare-page.tsx';
import type { Dimension } from './pilot-fields.tsx';
import { ReachPanel } from './reach-panel.tsx';

export const metadata: Metadata = { title: 'Bids' };

type BidsPageProps = {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<{ call?: string | string[] }>;
};

/** Who gives a correct label at what cost and risk: the call, and its bids side by side. */
export default async function BidsPage({ params, searchParams }: BidsPageProps) {
  const { projectId } = await params;
  const isAnother = (await searchParams).call === 'new';
  const view = await loadProject(projectId);
  if (!(await hasRight('bid.compare'))) {
    return (
      <>
        <PageHeader title="Bids" />
        <NotForYourRole what="comparing bids" who="the project manager" />
      </>
    );
  }
  const compared = await loaded((call) => call.bids.compare({ projectId }));
  if (compared.call !== null && !(isAnother && mayCallAgain(compared))) {
    return <ComparePage view={view} compared={compared} call={compared.call} />;
  }

  const missing = view.toOpenCall.filter((one) => !one.done);
  const { current } = await loaded((call) => call.protocols.get({ projectId }));
  const [dataset] = await loaded((call) => call.datasets.list({ projectId }));
  return (
    <>
      <PageHeader title="Open the call">
        <AnswerLine>
          {missing.length === 0 ? (
            'Everything a call needs is here. Set what every bidder is measured by, then open it.'
          ) : (
            <>
              <strong>{missing.length}</strong> {missing.length === 1 ? 'thing is' : 'things are'} missing
              before vendors can bid.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {missing.length > 0 ? (
        <DecisionNote
          className="mb-8 max-w-[720px]"
          outcome="refused"
          title="The call can’t open yet."
          changes={missing.map(({ message, href }) => ({ says: message, href, linkLabel: 'Go there' }))}
        />
      ) : null}
      <div className="mb-10">
        <ReachPanel projectId={projectId} currency={view.project.currency} />
      </div>
      <CallForm
        project={{ id: projectId, currency: view.project.currency }}
        vendors={choicesOf(await loaded((call) => call.matching.candidates({ projectId, limit: 100 })))}
        mayOpen={missing.length === 0 && (await hasRight('project.write'))}
        defaults={callDefaults(view.project, view.cases, current?.labelSchema ?? null)}
        fields={(current?.labelSchema.fields ?? []).filter((field) => field.type !== 'text')}
        dimensions={dimensionsOf(dataset)}
      />
    </>
  );
}

/** What the pilot's cases can be drawn by: the site and each subgroup that has more than one value, and not too many. */
function dimensionsOf(dataset: { composition: Composition } | undefined): Dimension[] {
  if (!dataset) return [];
  const { sites, subgroups } = dataset.composition;
  return [
    { key: 'site', label: 'site', values: sites },
    ...Object.entries(subgroups).map(([name, values]) => ({ key: `subgroup:${name}`, label: name, values })),
  ].filter(
    ({ values }) => values.length > 1 && values.length <= 24 && values.every(({ value }) => value !== ''),
  );
}
