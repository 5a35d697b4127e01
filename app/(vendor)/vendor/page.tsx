import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { NeedsYou, type NeedsYouItem } from '#app/_ui/needs-you.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Home' };

/** What needs a vendor today: agreements to sign, people who are not ready, calls that close, money without a destination. */
export default async function VendorHomePage() {
  const { needs, live } = await loaded(async (call) => {
    const me = await call.identity.me();
    const can = (right: (typeof me.capabilities)[number]) => me.capabilities.includes(right);
    const items: NeedsYouItem[] = [];
    if (can('agreement.read')) {
      for (const agreement of (await call.agreements.centre()).agreements) {
        const isMine = agreement.ownSide !== null && !agreement.signedSides.includes(agreement.ownSide);
        if (
          isMine &&
          (agreement.status === 'sent' ||
            agreement.status === 'partially_signed' ||
            agreement.status === 'draft')
        ) {
          items.push({
            id: agreement.id,
            title: `Sign the ${agreement.title}`,
            why: 'Until it is signed by both sides, work that needs it is refused.',
            href: `/vendor/agreements/${agreement.id}`,
            tone: 'attention',
          });
        }
      }
    }
    if (can('team.manage')) {
      const waiting = (await call.agreements.team()).filter(
        (member) => member.attestation === null && member.roles.includes('vendor_annotator'),
      );
      if (waiting.length > 0) {
        items.push({
          id: 'attest',
          title: `Attest ${waiting.length === 1 ? waiting[0]?.name : `${waiting.length} people`} as your workforce`,
          why: 'Protected data is refused to people without an attestation in force.',
          href: '/vendor/agreements',
          tone: 'attention',
        });
      }
    }
    if (can('team.manage')) {
      for (const roster of await call.staffing.rosters()) {
        const empty = roster.answers.declined + roster.answers.dropped;
        if (empty === 0) continue;
        items.push({
          id: `roster-${roster.contractId}`,
          title: `Find ${empty === 1 ? 'a substitute' : `${empty} substitutes`} for ${roster.title}`,
          why: 'Somebody on its roster declined or dropped out; their hours are open.',
          href: `/vendor/roster/${roster.contractId}`,
          tone: 'attention',
        });
      }
    }
    let open = 0;
    if (can('call.read')) {
      const bids = await call.bids.mine({ limit: 100 });
      const live = new Set(bids.filter((bid) => bid.status !== 'withdrawn').map((bid) => bid.callId));
      const calls = await call.bids.listOpen({ limit: 50, after: null });
      open = calls.length;
      for (const item of calls.filter((candidate) => !live.has(candidate.callId)).slice(0, 5)) {
        items.push({
          id: item.callId,
          title: `Bid on ${item.title}`,
          why: `${item.sponsor} asks for bids: ${item.modality}, ${item.anatomy}.`,
          href: `/vendor/calls/${item.callId}`,
          tone: 'information',
        });
      }
    }
    if (can('payout.destination')) {
      const statement = await call.payouts.statement({ before: null, limit: 1 });
      const owed = statement.balances.some(
        (balance) => balance.code === 'payable' && balance.balanceMinor > 0n,
      );
      if (owed && !statement.destinations.some((destination) => destination.status === 'ready')) {
        items.push({
          id: 'destination',
          title: 'Say where you are paid',
          why: 'Money is owed to you and has nowhere to go.',
          href: '/vendor/statement',
          tone: 'attention',
        });
      }
    }
    const pressingFirst = (item: NeedsYouItem) => (item.tone === 'attention' ? 0 : 1);
    return { needs: items.sort((a, b) => pressingFirst(a) - pressingFirst(b)), live: open };
  });
  const pressing = needs.filter((need) => need.tone === 'attention').length;
  return (
    <>
      <PageHeader title="Home">
        <AnswerLine>
          {pressing > 0 ? (
            <>
              <strong>{pressing}</strong> {pressing === 1 ? 'thing waits' : 'things wait'} for you, and{' '}
              <strong>{live}</strong> {live === 1 ? 'call is' : 'calls are'} open.
            </>
          ) : (
            <>
              Nothing waits for you. <strong>{live}</strong> {live === 1 ? 'call is' : 'calls are'} open.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <NeedsYou items={needs} />
    </>
  );
}
