import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { StateTabs } from '#app/(sponsor)/sponsor/_parts/state-tabs.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { BatchForm } from './batch-form.tsx';
import { apartChoices, toEarlier } from './batch-line.ts';
import type { OwnStaff } from './batch-values.ts';
import type { DatasetChoice } from './case-choice.ts';
import { PanelBatchForm } from './panel-batch-form.tsx';
import { startFromUrl } from './start-choice.ts';

export const metadata: Metadata = { title: 'Create batch' };

type NewBatchPageProps = {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

/** A production or relabel batch under an award, or a batch the sponsor's own panel reads to make gold. */
export default async function NewBatchPage({ params, searchParams }: NewBatchPageProps) {
  const { projectId } = await params;
  const asked = await searchParams;
  const { kind } = asked;
  const isPanel = kind === 'panel';
  const isRelabel = kind === 'relabel';
  if (!(await hasRight('batch.manage'))) {
    return (
      <>
        <PageHeader title="Create batch" />
        <NotForYourRole what="making batches" who="the project manager" />
      </>
    );
  }
  const base = `/sponsor/projects/${projectId}/batches/new`;
  return (
    <>
      <PageHeader title="Create batch">
        <AnswerLine>
          {isPanel
            ? 'Your panel reads cases blind; what it agrees on becomes gold.'
            : isRelabel
              ? 'Cases are read again by other people. The earlier labels stay as they are, beside the new ones.'
              : 'A draft costs nothing. Opening it reserves what it may cost at most.'}
        </AnswerLine>
      </PageHeader>
      <StateTabs
        label="Who reads it"
        items={[
          { href: base, label: 'Production', isCurrent: !isPanel && !isRelabel },
          { href: `${base}?kind=relabel`, label: 'Relabel earlier work', isCurrent: isRelabel },
          { href: `${base}?kind=panel`, label: 'Panel, to make gold', isCurrent: isPanel },
        ]}
      />
      {isPanel ? (
        <PanelPart projectId={projectId} />
      ) : (
        <ProductionPart
          key={isRelabel ? 'relabel' : 'production'}
          projectId={projectId}
          kind={isRelabel ? 'relabel' : 'production'}
          asked={asked}
        />
      )}
    </>
  );
}

/** What an open batch still waits for, said before the draft is made. */
function MissingNote({ missing }: { missing: Awaited<ReturnType<typeof loadProject>>['toStartWork'] }) {
  const open = missing.filter((one) => !one.done);
  if (open.length === 0) return null;
  return (
    <DecisionNote
      className="mb-6 max-w-[720px]"
      outcome="refused"
      title="You can make the draft now; opening it waits for this."
      changes={open.map(({ message, href }) => ({ says: message, href, linkLabel: 'Go there' }))}
    />
  );
}

/** What a form chooses from; values as they are read, 18-39 before 40-59. */
function forChoice(
  datasets: inferRouterOutputs<AppRouter>['datasets']['list'],
): (DatasetChoice & { name: string })[] {
  const values = (counts: readonly { value: string }[]) =>
    counts
      .map((one) => one.value)
      .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  return datasets.map(({ id, name, caseCount, excludedCount, intakeStatus, composition }) => ({
    id,
    name,
    caseCount,
    excludedCount,
    intakeStatus,
    splits: values(composition.splits),
    sites: values(composition.sites),
    subgroups: Object.fromEntries(
      Object.entries(composition.subgroups).map(([column, counts]) => [column, values(counts)]),
    ),
  }));
}

async function PanelPart({ projectId }: { projectId: string }) {
  const { toStartWork } = await loadProject(projectId);
  const [panel, datasets, batches, elsewhere] = await loaded((call) =>
    Promise.all([
      call.gold.panel({ projectId }),
      call.datasets.list({ projectId }),
      call.work.batches({ projectId }),
      call.work.batchesElsewhere({ projectId }),
    ]),
  );
  if (datasets.length === 0) return <NoCases projectId={projectId} />;
  return (
    <>
      <MissingNote missing={toStartWork} />
      <PanelBatchForm
        projectId={projectId}
        datasets={forChoice(datasets)}
        panel={panel}
        made={batches.filter((batch) => batch.kind === 'self_label').length}
        apart={apartChoices(batches, elsewhere)}
      />
    </>
  );
}

type ProductionPartProps = {
  projectId: string;
  kind: 'production' | 'relabel';
  /** What the address asks the form to begin with. */
  asked: Record<string, string | string[] | undefined>;
};

async function ProductionPart({ projectId, kind, asked }: ProductionPartProps) {
  const { project, toStartWork, forecastBasis } = await loadProject(projectId);
  const [awards, direct, ownStaff, datasets, batches, elsewhere, protocol, models] = await loaded((call) =>
    Promise.all([
      call.analytics.awards({ projectId }),
      call.staffing.directShare({ projectId }),
      call.ownStaff.view({ projectId }),
      call.datasets.list({ projectId }),
      call.work.batches({ projectId }),
      call.work.batchesElsewhere({ projectId }),
      call.protocols.get({ projectId }),
      call.models.list({ projectId, isInUse: true }),
    ]),
  );
  const earlier = batches.filter((batch) => batch.openedAt !== null && batch.kind !== 'calibration');
  const active = awards.filter((award) => award.status === 'active');
  const own = ownStaffOf(ownStaff);
  if (active.length === 0 && direct === null && own === null) {
    return (
      <DecisionNote
        className="max-w-[720px]"
        outcome="refused"
        title="There is no award to read under."
        changes={[
          {
            says: 'Sign the award of a pilot that passed, or set a direct share and offer work to people on their own account.',
            href: `/sponsor/projects/${projectId}/pilots`,
            linkLabel: 'Open pilots',
          },
          {
            says: 'Or have your own staff read, by an order that it agrees to.',
            href: `/sponsor/projects/${projectId}/own-staff`,
            linkLabel: 'Open own staff',
          },
        ]}
      />
    );
  }
  if (datasets.length === 0) return <NoCases projectId={projectId} />;
  const { qualityPolicy: policy } = project;
  const choices = forChoice(datasets);
  const fields = (protocol.current?.labelSchema.fields ?? [])
    .filter((field) => field.type !== 'text')
    .map(({ key, label, type, options }) => ({
      key,
      label,
      options:
        type === 'boolean'
          ? { true: 'Yes', false: 'No' }
          : Object.fromEntries((options ?? []).map((one) => [one.value, one.label])),
      isOneOf: type !== 'multi_label',
    }));
  const protocols = protocol.versions.map(({ id, version }) => ({ id, version }));
  return (
    <>
      <MissingNote missing={toStartWork} />
      <BatchForm
        projectId={projectId}
        kind={kind}
        start={startFromUrl(asked, { datasets: choices, fields, batches: earlier, protocols, ...models })}
        awards={active}
        direct={direct}
        own={own}
        datasets={choices}
        fields={fields}
        batches={earlier.map(toEarlier)}
        apart={apartChoices(batches, elsewhere)}
        protocols={protocols}
        models={models}
        isReference={project.intendedUse === 'test_reference'}
        policy={{
          overlap: policy.overlap,
          tiers: policy,
          goldMode: policy.gold.mode,
          goldShareBasisPoints: policy.gold.shareBasisPoints,
          reviewShareBasisPoints: policy.reviewShareBasisPoints,
          consensusMethod: policy.consensusMethod,
          adjudication: policy.adjudication,
        }}
        basis={forecastBasis}
      />
    </>
  );
}

/** Own staff as a choice of the form: with an agreed order, where the story lets it read (R7, R25). */
function ownStaffOf({
  unit,
  order,
  barred,
}: inferRouterOutputs<AppRouter>['ownStaff']['view']): OwnStaff | null {
  if (unit === null || order?.status !== 'agreed' || barred.length > 0) return null;
  const { pricePerReadMinor, currency } = order;
  return { orgId: unit.orgId, name: unit.name, pricePerReadMinor, currency };
}

function NoCases({ projectId }: { projectId: string }) {
  return (
    <DecisionNote
      className="max-w-[720px]"
      outcome="refused"
      title="There are no cases to read."
      changes={[
        {
          says: 'Upload a dataset.',
          href: `/sponsor/projects/${projectId}/dataset`,
          linkLabel: 'Open dataset',
        },
      ]}
    />
  );
}
