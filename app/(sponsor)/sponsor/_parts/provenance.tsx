'use client';

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { z } from 'zod';
import { REJECT_WORDS } from '#app/_shell/reject-words.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { type CredentialThen, ProvenancePanel } from '#app/_ui/provenance-panel.tsx';
import { Sheet } from '#app/_ui/sheet.tsx';
import { SkeletonText } from '#app/_ui/skeleton.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import type { TimelineEvent } from '#app/_ui/timeline.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type History = inferRouterOutputs<AppRouter>['labels']['provenance'];
type Step = History['steps'][number];

export type ProvenanceProps = { batchId: string; taskId: string | null; onClose: () => void };

/** The history of a case's label beside the page; opened from wherever a label appears. */
export function Provenance({ batchId, taskId, onClose }: ProvenanceProps) {
  const trpc = useTRPC();
  const history = useQuery(
    trpc.labels.provenance.queryOptions({ batchId, taskId: taskId ?? '' }, { enabled: taskId !== null }),
  );
  return (
    <Sheet
      title="History of the label"
      open={taskId !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      {history.isPending ? <SkeletonText lines={8} /> : null}
      {history.error ? (
        <ErrorState title="The history could not be loaded">{history.error.message}</ErrorState>
      ) : null}
      {history.data ? <Panel history={history.data} /> : null}
    </Sheet>
  );
}

function Panel({ history }: { history: History }) {
  // The deciding label: the panel's or the reviewer's when there is one, else the last read in force.
  const current = history.steps.filter((step) => step.isCurrent);
  const main =
    current.find((step) => step.tier === 'adjudicate') ??
    current.find((step) => step.tier === 'review') ??
    current.at(-1);
  if (!main) return <p className="text-ink-2 text-sm">Nobody has read this case yet.</p>;
  return (
    <ProvenancePanel
      id={history.taskId}
      answer={<Answer history={history} main={main} />}
      reader={{ name: main.alias, country: main.country ?? undefined }}
      credentialsThen={credentialsOf(main.credentials)}
      protocol={{ version: `Version ${main.protocolVersion}` }}
      origin={originOf(main.labelOrigin)}
      shown={shownOf(main.shown)}
      path={pathOf(history, main)}
      cost={costOf(history)}
      activeSeconds={Math.round(main.activeMs / 1000)}
      appBuild={main.appBuild}
    />
  );
}

function words(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value);
}

function Answer({ history, main }: { history: History; main: Step }) {
  return (
    <dl className="flex flex-col gap-1">
      {history.fields.map(({ key, label }) => {
        const final = history.final?.fields[key];
        return (
          <div key={key}>
            <dt className="font-normal text-ink-3 text-xs">{label}</dt>
            <dd>
              {words(final ? final.value : main.answers[key])}
              {final ? (
                <span className="ml-2 font-normal text-ink-3 text-xs">
                  {statusWords(final.path).toLocaleLowerCase()}
                  {final.votes.length > 1
                    ? `; votes ${final.votes.map((vote) => `${words(vote.value)} × ${vote.n}`).join(', ')}`
                    : ''}
                </span>
              ) : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const snapshot = z.object({
  credentials: z.array(
    z.object({
      title: z.string(),
      specialty: z.string().nullish(),
      level: z.enum(['self_claimed', 'vendor_attested', 'primary_source']),
      verifiedOn: z.string().nullish(),
      expiresOn: z.string().nullish(),
    }),
  ),
});

function credentialsOf(stored: unknown): CredentialThen[] {
  const parsed = snapshot.safeParse(stored);
  if (!parsed.success) return [];
  return parsed.data.credentials.map(({ title, level, verifiedOn, expiresOn }) => ({
    name: title,
    level,
    checkedAt: verifiedOn ?? undefined,
    expiresAt: expiresOn ?? undefined,
  }));
}

const shownThen = z.object({
  assetIds: z.array(z.string()).default([]),
  contextFields: z.array(z.string()).default([]),
  prelabel: z.object({ model: z.string(), version: z.string() }).nullish(),
  clarifiedTo: z.number().optional(),
});

function shownOf(stored: unknown) {
  const parsed = shownThen.safeParse(stored);
  if (!parsed.success) return { assets: [], preLabel: null };
  const { assetIds, contextFields, prelabel, clarifiedTo } = parsed.data;
  return {
    assets: assetIds.map((id) => id.slice(-8)),
    context: [
      ...contextFields,
      ...(clarifiedTo === undefined ? [] : [`Clarifications up to protocol version ${clarifiedTo}`]),
    ],
    preLabel: prelabel ? `${prelabel.model} ${prelabel.version}` : null,
  };
}

function originOf(origin: string): 'manual' | 'prelabel_accepted' | 'prelabel_changed' {
  return origin === 'prelabel_accepted' || origin === 'prelabel_changed' ? origin : 'manual';
}

const TIER_WORDS: Record<string, string> = {
  label: 'Read',
  review: 'Review',
  audit: 'Audit',
  adjudicate: 'Panel’s decision',
};

function pathOf(history: History, main: Step): TimelineEvent[] {
  const label = (step: Step) => history.fields.map((field) => words(step.answers[field.key])).join(' · ');
  const events: TimelineEvent[] = [
    ...history.steps.map((step) => ({
      id: step.labelId,
      at: step.submittedAt,
      title: `${TIER_WORDS[step.tier] ?? step.tier}${step.revision > 1 ? `, revision ${step.revision}` : ''}${step.isAmendment ? ' (amended)' : ''}`,
      who: step.alias,
      says: `${label(step)}${step.isCurrent ? '' : ', replaced'}${step.rationale ? `: ${step.rationale}` : ''}`,
      isThis: step.labelId === main.labelId,
    })),
    ...history.reviews.map((review) => ({
      id: `${review.labelId} ${review.createdAt.toISOString()}`,
      at: review.createdAt,
      title: `Review: ${statusWords(review.outcome).toLocaleLowerCase()}`,
      who: review.reviewerAlias,
      says: [review.reason ? REJECT_WORDS[review.reason] : '', review.comment].filter(Boolean).join(': '),
      tone: review.outcome === 'reject' ? ('critical' as const) : undefined,
    })),
    ...(history.final
      ? [
          {
            id: 'final',
            at: history.final.settledAt,
            title: 'Final label',
            says: statusWords(history.final.method),
            tone: 'good' as const,
          },
        ]
      : []),
  ];
  return events.sort((a, b) => new Date(a.at).getTime() - new Date(b.at).getTime());
}

function costOf(history: History) {
  const { final, steps } = history;
  // What was rejected is not paid (R31).
  const paid = steps.filter((step) => step.isCurrent && step.slotStatus !== 'rejected');
  const currency = final?.currency ?? paid[0]?.currency ?? 'USD';
  const sum = (pick: (step: Step) => bigint) => paid.reduce((total, step) => total + pick(step), 0n);
  return [
    {
      label: `${paid.length} reads at their locked price`,
      amount: { amountMinor: sum((s) => s.priceMinor), currency },
    },
    { label: 'Platform fee', amount: { amountMinor: sum((s) => s.feeMinor), currency } },
    ...(final ? [{ label: 'Final label, in all', amount: { amountMinor: final.costMinor, currency } }] : []),
  ];
}
