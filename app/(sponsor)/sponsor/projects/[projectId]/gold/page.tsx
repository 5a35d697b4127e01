import type { Metadata } from 'next';
import Link from 'next/link';
import { z } from 'zod';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import { StateTabs } from '#app/(sponsor)/sponsor/_parts/state-tabs.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import { GOLD_STATUSES, type GoldItemView } from '#server/gold/schemas.ts';
import { ExamPart } from './exam-part.tsx';
import { GoldSetsPart } from './gold-sets-part.tsx';
import { PanelBatches, PanelPart } from './panel-part.tsx';

export const metadata: Metadata = { title: 'Gold' };

const query = z.object({
  status: z.enum(GOLD_STATUSES).optional().catch(undefined),
  after: z.uuid().optional().catch(undefined),
});

type GoldPageProps = {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

/** Known answers: who makes them, what is still undecided, what is in force. */
export default async function GoldPage({ params, searchParams }: GoldPageProps) {
  const { projectId } = await params;
  const { status, after } = query.parse(await searchParams);
  const me = await loaded((call) => call.identity.me());
  if (!me.capabilities.includes('gold.manage')) {
    return (
      <EmptyState title="Gold is for those who make it">
        The owner, project managers and clinical leads see it. Everybody else works without knowing which
        cases are gold.
      </EmptyState>
    );
  }
  const { gold, panel, page } = await loaded(async (call) => ({
    gold: await call.gold.get({ projectId }),
    panel: await call.gold.panel({ projectId }),
    page: await call.gold.items({ projectId, status, after, limit: 100 }),
  }));
  const { counts } = gold;
  const [datasets, { project }, exams] = await Promise.all([
    loaded((call) => call.datasets.list({ projectId })),
    loadProject(projectId),
    me.capabilities.includes('batch.manage') ? loaded((call) => call.work.ownExams()) : [],
  ]);
  const base = `/sponsor/projects/${projectId}/gold`;
  return (
    <>
      <PageHeader title="Gold">
        <AnswerLine>
          <strong>{counts.active}</strong> answers are in force
          {counts.proposed > 0 ? (
            <>
              , <strong>{counts.proposed}</strong> {counts.proposed === 1 ? 'case waits' : 'cases wait'} for a
              decision
            </>
          ) : null}
          {counts.agreed > 0 ? <>, {counts.agreed} agreed and not signed yet</> : null}
          {counts.ambiguous > 0 ? <>, {counts.ambiguous} ambiguous and kept aside</> : null}.
        </AnswerLine>
      </PageHeader>
      <SplitPane
        asideLabel="Panel and gold sets"
        width={320}
        aside={
          <div className="flex flex-col gap-6">
            <GoldSetsPart
              sets={gold.sets}
              unresolved={counts.proposed}
              maySign={me.capabilities.includes('protocol.sign_clinical')}
              signerName={me.name}
            />
            <PanelPart projectId={projectId} panel={panel} />
            <PanelBatches projectId={projectId} batches={gold.panelBatches} />
            {me.capabilities.includes('batch.manage') ? (
              <ExamPart
                projectId={projectId}
                currency={project.currency}
                datasets={datasets.map(({ id, name }) => ({ id, name }))}
                activeGold={counts.active}
                exams={exams.filter((one) => one.status === 'open' && one.currency === project.currency)}
              />
            ) : null}
          </div>
        }
      >
        <StateTabs
          label="State"
          items={([undefined, ...GOLD_STATUSES] as const).map((one) => ({
            href: one === undefined ? base : `${base}?status=${one}`,
            label: one === undefined ? 'All' : statusWords(one),
            ...(one === undefined ? {} : { count: counts[one] }),
            isCurrent: one === status,
          }))}
        />
        {page.items.length === 0 ? (
          <EmptyState
            title={
              status === undefined
                ? 'Known answers will be here'
                : `Nothing is ${statusWords(status).toLowerCase()}`
            }
          >
            Let your panel read cases blind in a self-label batch and propose gold from it, or upload a
            dataset with gold columns.
          </EmptyState>
        ) : (
          <ItemList items={page.items} base={base} />
        )}
        {page.next === null ? null : (
          <LinkButton
            className="mt-4"
            href={`${base}?${new URLSearchParams({ ...(status ? { status } : {}), after: page.next })}`}
          >
            Next page
          </LinkButton>
        )}
      </SplitPane>
    </>
  );
}

function ItemList({ items, base }: { items: readonly GoldItemView[]; base: string }) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {items.map((item) => (
        <li key={item.id}>
          <Link
            href={`${base}/${item.id}`}
            className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 py-1.5 hover:bg-hover sm:px-2"
          >
            <span className="w-40 truncate font-mono text-sm">{item.externalId}</span>
            <span className="min-w-0 flex-1 truncate text-sm">
              {Object.entries(item.answers)
                .map(([field, values]) => `${field}: ${values.map(String).join(' or ')}`)
                .join('; ') || <span className="text-ink-3">no agreed answer</span>}
            </span>
            <span className="text-ink-3 text-sm">{statusWords(item.source)}</span>
            <StatusPill state={item.status} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
