import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '#server/routers/_app.ts';
import type { Circumstances, DeskCalls, Parcel } from './desk-calls.ts';
import { prepareCase } from './prepare-case.ts';
import type { ClaimResult, DeskTier } from './reading-types.ts';

type Client = TRPCClient<AppRouter>;

/** Marks a call that is no use of the session: nobody did anything. */
const BACKGROUND = { context: { background: true } };

/**
 * The reading page's own client: the same procedures without the query cache, which this page has no use for and would have
 * to load first. The session holds what is on the screen.
 */
function createClient(own: Record<string, string>): Client {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: '/api/trpc',
        transformer: superjson,
        maxItems: 10,
        maxURLLength: 2_000,
        headers: ({ opList }): Record<string, string> =>
          opList.every((op) => op.context.background === true)
            ? { ...own, 'x-readroom-background': '1' }
            : own,
      }),
    ],
  });
}

/** For a page that goes away: nothing waits to be sent together, and the browser sends it though the page is gone. */
function createClosingClient(own: Record<string, string>): Client {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: '/api/trpc',
        transformer: superjson,
        headers: { ...own, 'x-readroom-background': '1' },
        fetch: (url, options) => fetch(url, { ...options, keepalive: true } as RequestInit),
      }),
    ],
  });
}

/**
 * The server, as the session of one batch and tier calls it over HTTP. Every call says whose page it is: the cookie may be somebody else's
 * by now, who has signed in in another tab, and is then refused as if nobody were signed in.
 */
export function browserCalls(
  batchId: string,
  tier: DeskTier,
  { personId, appBuild }: { personId: string; appBuild: string },
): DeskCalls {
  const own = { 'x-readroom-person': personId };
  const client = createClient(own);
  const closing = createClosingClient(own);
  const { work, labels } = client;
  const claim = (limit: number): Promise<ClaimResult> => work.claim.mutate({ batchId, tier, limit });
  const claimAfter = async (limit: number) => (limit === 0 ? null : claim(limit));
  const circumstances = (on: Circumstances) => ({
    batchId,
    leaseId: on.leaseId,
    labelId: on.labelId,
    activeMs: on.activeMs,
    viewport: on.viewport,
    receipt: on.receipt,
    // This page shows none, and says so (R11).
    shown: { prelabel: null },
    appBuild,
  });
  async function sendBy(
    { work, labels }: Client,
    parcel: Parcel,
    limit: number,
  ): Promise<ClaimResult | null> {
    switch (parcel.kind) {
      case 'label': {
        const { answers, confidence } = parcel;
        const sent = { ...circumstances(parcel.on), answers, confidence, limit };
        const { next } = await work.submitAndNext.mutate(sent);
        return limit === 0 ? null : next;
      }
      case 'amend': {
        const { amends, answers, confidence, on } = parcel;
        const { labelId: newLabelId, activeMs } = on;
        await work.amend.mutate({ batchId, labelId: amends, newLabelId, answers, confidence, activeMs });
        return null;
      }
      case 'review': {
        const decisions = Object.entries(parcel.decisions).map(([labelId, one]) => ({ labelId, ...one }));
        const { fixedAnswers } = parcel;
        await labels.submitReview.mutate({ ...circumstances(parcel.on), decisions, fixedAnswers });
        return claimAfter(limit);
      }
      case 'audit': {
        const { outcome, errorKind, answers, comment } = parcel;
        const found = { outcome, errorKind, answers, comment };
        await labels.submitAudit.mutate({ ...circumstances(parcel.on), ...found });
        return claimAfter(limit);
      }
      case 'adjudicate': {
        const { answers, rationale } = parcel;
        await labels.submitAdjudication.mutate({ ...circumstances(parcel.on), answers, rationale });
        return claimAfter(limit);
      }
      case 'skip': {
        const { reason, note } = parcel;
        await work.skip.mutate({
          batchId,
          leaseId: parcel.on.leaseId,
          reason,
          ...(note === '' ? {} : { note }),
        });
        return claimAfter(limit);
      }
      default:
        return parcel satisfies never;
    }
  }
  return {
    tier,
    leases: () => work.leases.query({ batchId, tier }),
    claim,
    open: async (leaseId) => {
      if (tier === 'label') return prepareCase(await work.case.query({ batchId, leaseId }), [], null, own);
      const look = {
        review: labels.reviewCase,
        audit: labels.auditCase,
        adjudicate: labels.adjudicationCase,
      }[tier];
      const opened = await look.query({ batchId, leaseId });
      const { purpose, reason, mayReturn, final, dissent } = opened;
      return prepareCase(opened, opened.reads, { purpose, reason, mayReturn, final, dissent }, own);
    },
    send: (parcel, limit) => sendBy(client, parcel, limit),
    sendOnClose: async (parcel) => {
      await sendBy(closing, parcel, 0);
    },
    saveDraft: async (input) => (await work.saveDraft.mutate({ batchId, ...input })).savedAt !== null,
    extend: async (leaseIds, isUse, active) => {
      const options = isUse ? {} : BACKGROUND;
      const ends = await work.extendLease.mutate({ batchId, leaseIds, active }, options);
      return ends.map(({ leaseId, leaseUntil }) => ({ leaseId, leaseUntil: leaseUntil?.getTime() ?? null }));
    },
    release: async (leaseIds) => {
      await work.release.mutate({ batchId, leaseIds });
    },
    releaseOnClose: async (leaseIds) => {
      await closing.work.release.mutate({ batchId, leaseIds, keepsBegun: true });
    },
    feedback: (labelId) => work.feedback.query({ batchId, labelId }),
    flag: (input) => work.flag.mutate({ batchId, ...input }),
  };
}
