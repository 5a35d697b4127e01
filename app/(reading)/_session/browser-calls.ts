import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '#server/routers/_app.ts';
import type { Circumstances, DeskCalls, Parcel } from './desk-calls.ts';
import { prepareCase } from './prepare-case.ts';
import type { ClaimResult, DeskTier } from './reading-types.ts';

type Client = TRPCClient<AppRouter>;

/** Marks a call that is no use of the session: nobody did anything. */
const BACKGROUND = { context: { background: true } };
const by = (isUse: boolean) => (isUse ? {} : BACKGROUND);

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
  const claim = (limit: number, isUse: boolean): Promise<ClaimResult> =>
    work.claim.mutate({ batchId, tier, limit }, by(isUse));
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
    isUse: boolean,
  ): Promise<ClaimResult | null> {
    const options = by(isUse);
    const claimNext = async () => (limit === 0 ? null : claim(limit, isUse));
    switch (parcel.kind) {
      case 'label': {
        const { answers, confidence } = parcel;
        const sent = { ...circumstances(parcel.on), answers, confidence, limit };
        const { next } = await work.submitAndNext.mutate(sent, options);
        return limit === 0 ? null : next;
      }
      case 'amend': {
        const { amends, answers, confidence, on } = parcel;
        const { labelId: newLabelId, activeMs } = on;
        const change = { batchId, labelId: amends, newLabelId, answers, confidence, activeMs };
        await work.amend.mutate(change, options);
        return null;
      }
      case 'review': {
        const decisions = Object.entries(parcel.decisions).map(([labelId, one]) => ({ labelId, ...one }));
        const { fixedAnswers } = parcel;
        await labels.submitReview.mutate({ ...circumstances(parcel.on), decisions, fixedAnswers }, options);
        return claimNext();
      }
      case 'audit': {
        const { outcome, errorKind, answers, comment } = parcel;
        const found = { outcome, errorKind, answers, comment };
        await labels.submitAudit.mutate({ ...circumstances(parcel.on), ...found }, options);
        return claimNext();
      }
      case 'adjudicate': {
        const { answers, rationale } = parcel;
        await labels.submitAdjudication.mutate({ ...circumstances(parcel.on), answers, rationale }, options);
        return claimNext();
      }
      case 'skip': {
        const { reason, note } = parcel;
        const { leaseId } = parcel.on;
        await work.skip.mutate({ batchId, leaseId, reason, ...(note === '' ? {} : { note }) }, options);
        return claimNext();
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
      if (tier === 'label') {
        const opened = await work.case.query({ batchId, leaseId }, BACKGROUND);
        return prepareCase(opened, [], null, own);
      }
      const look = {
        review: labels.reviewCase,
        audit: labels.auditCase,
        adjudicate: labels.adjudicationCase,
      }[tier];
      const opened = await look.query({ batchId, leaseId }, BACKGROUND);
      const { purpose, reason, mayReturn, final, dissents } = opened;
      return prepareCase(opened, opened.reads, { purpose, reason, mayReturn, final, dissents }, own);
    },
    send: (parcel, limit, isUse) => sendBy(client, parcel, limit, isUse),
    sendOnClose: async (parcel) => {
      await sendBy(closing, parcel, 0, false);
    },
    saveDraft: async (input, isUse) =>
      (await work.saveDraft.mutate({ batchId, ...input }, by(isUse))).savedAt !== null,
    extend: async (leaseIds, isUse, active) => {
      const ends = await work.extendLease.mutate({ batchId, leaseIds, active }, by(isUse));
      return ends.map(({ leaseId, leaseUntil }) => ({ leaseId, leaseUntil: leaseUntil?.getTime() ?? null }));
    },
    release: async (leaseIds) => {
      await work.release.mutate({ batchId, leaseIds });
    },
    releaseOnClose: async (leaseIds) => {
      await closing.work.release.mutate({ batchId, leaseIds, keepsBegun: true });
    },
    feedback: (labelId) => work.feedback.query({ batchId, labelId }, BACKGROUND),
    flag: (input) => work.flag.mutate({ batchId, ...input }),
  };
}
