import { unreachable } from '#server/core/assert.ts';
import type { Tier } from './rules.ts';

/** Where a sponsor engages somebody for a tier, or sees whom to ask for it, and what is to be done there. */
export function strandedPlace(
  batch: { projectId: string; vendorOrgId: string | null; kind: string },
  tier: Tier,
): { href: string; says: string; link: string } {
  const base = `/sponsor/projects/${batch.projectId}`;
  switch (tier) {
    case 'label':
      if (batch.kind === 'self_label') return panel(base, 'Put another reader on the panel.');
      return batch.vendorOrgId === null
        ? {
            href: `${base}/independents`,
            says: 'Engage another reader, or ask your vendors to name one.',
            link: 'Offer work',
          }
        : vendor(base, 'Ask the vendor to name another reader.');
    case 'review':
      return vendor(base, 'Ask your vendors to name another reviewer.');
    case 'audit':
      return { href: `${base}/quality/checks`, says: 'Appoint another auditor.', link: 'Open checks' };
    case 'adjudicate':
      return panel(base, 'Engage another adjudicator.');
    default:
      return unreachable(tier);
  }
}

const panel = (base: string, says: string) => ({
  href: `${base}/gold#panel-title`,
  says,
  link: 'Open panel',
});
const vendor = (base: string, says: string) => ({ href: `${base}/contracts`, says, link: 'Open contracts' });

/** What stands still, in a sentence, and why. */
export function strandedSays(one: { tier: Tier; cases: number; isMore: boolean; isUnstaffed: boolean }): {
  title: string;
  because: string;
} {
  const { tier, cases, isMore, isUnstaffed } = one;
  const isOne = cases === 1 && !isMore;
  const n = `${isMore ? 'At least ' : ''}${cases.toLocaleString('en')}`;
  const what = isOne ? '1 case waits for' : `${n} cases wait for`;
  const them = isOne ? 'it' : 'them';
  return {
    title: `${what} ${WAITS_FOR[tier].what}, and nobody ${WAITS_FOR[tier].who} may take ${them}.`,
    because: isUnstaffed
      ? 'Nobody is engaged for it.'
      : `Everyone has read or decided ${them}, or ${isOne ? 'it belongs' : 'they belong'} to a share of others; nobody works on a case twice (R23, R25).`,
  };
}

const WAITS_FOR: Record<Tier, { what: string; who: string }> = {
  label: { what: 'another read', who: 'who reads here' },
  review: { what: 'review', who: 'who reviews here' },
  audit: { what: 'a check', who: 'who audits here' },
  adjudicate: { what: 'the panel', who: 'on it' },
};
