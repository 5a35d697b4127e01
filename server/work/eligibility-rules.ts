import { unreachable } from '#server/core/assert.ts';
import type { CredentialRule } from '#server/credentials/schemas.ts';
import { reviewRules } from '#server/projects/tier-schemas.ts';
import type { Engagement } from '#server/staffing/reads.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';

/** Engagement roles that may work at a tier of this batch (R25); an examinee's opens general exams and nothing else. */
export function rolesFor(
  batch: Pick<Batch, 'kind' | 'generalExamId'>,
  tier: Tier,
): readonly Engagement['role'][] {
  switch (tier) {
    case 'label':
      if (batch.generalExamId !== null) return ['examinee', 'annotator'];
      return batch.kind === 'self_label' ? ['panel'] : ['annotator'];
    case 'review':
      return ['reviewer'];
    case 'audit':
      return ['auditor'];
    case 'adjudicate':
      return ['panel', 'adjudicator'];
    default:
      return unreachable(tier);
  }
}

/**
 * Whether people of an organisation may work at a tier: labels of a vendor's batch are read by that vendor, an audit by
 * another organisation, an adjudication by the sponsor's panel or experts outside of the vendor (R25).
 */
export function fits(
  batch: Pick<Batch, 'vendorOrgId' | 'kind' | 'pools'>,
  sponsorOrgId: string,
  engagement: Pick<Engagement, 'viaOrgId' | 'contractId'>,
  tier: Tier,
): boolean {
  const { viaOrgId } = engagement;
  switch (tier) {
    case 'label':
      if (batch.kind === 'self_label') return viaOrgId === sponsorOrgId || viaOrgId !== batch.vendorOrgId;
      return (batch.vendorOrgId === null || batch.vendorOrgId === viaOrgId) && sharesIn(batch, engagement);
    case 'review':
      return true;
    case 'audit':
    case 'adjudicate':
      return batch.pools === null
        ? batch.vendorOrgId === null || batch.vendorOrgId !== viaOrgId
        : !isReadBy(batch, viaOrgId);
    default:
      return unreachable(tier);
  }
}

/**
 * Whether an engagement has a share of a batch that several share; true for a batch that nobody shares. The direct share is of
 * engagements under no contract; that they are through an organisation of one person, the pools themselves ask (`poolsFor`).
 */
function sharesIn(
  batch: Pick<Batch, 'pools'>,
  { viaOrgId, contractId }: Pick<Engagement, 'viaOrgId' | 'contractId'>,
): boolean {
  const pools = poolList.parse(batch.pools);
  return (
    pools === null ||
    pools.some((one) => (one.isDirect ? contractId === null : one.orgId === null || one.orgId === viaOrgId))
  );
}

/** Whether an organisation's people read labels of a batch with pools, so that others must audit and adjudicate it. */
function isReadBy(batch: Pick<Batch, 'pools' | 'vendorOrgId'>, orgId: string): boolean {
  const pools = poolList.parse(batch.pools) ?? [];
  return batch.vendorOrgId === orgId || pools.some((one) => one.orgId === orgId);
}

/** The rules by which a batch tells experts from technical staff whom they are paired with (ADR 026). */
export function expertRulesOf(batch: { reviewRules: unknown }): CredentialRule[] {
  return reviewRules
    .parse(batch.reviewRules)
    .filter((rule) => rule.kind === 'technical_reader')
    .map((rule) => rule.expert);
}

/** What experts who review technical staff's reads must hold; nothing at other tiers. */
export function reviewersMustMeet(batch: { reviewRules: unknown }, tier: Tier): CredentialRule[] {
  return tier === 'review' ? expertRulesOf(batch) : [];
}
