import { type GroupValues, NEW_REQUIREMENT, ruleValues, toRule } from '#app/_credentials/rule-values.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import type { OverlapRule, ReviewRule } from '#server/projects/tier-schemas.ts';

const NO_ONE: GroupValues = { match: 'any', parts: [] };

/** A review rule as typed; which of the texts count depends on its kind. */
export type ReviewRuleValues = {
  kind: ReviewRule['kind'];
  /** The bound of the rule: agreement, confidence, or number of reads. */
  bound: string;
  /** Field or subgroup column, and its value. */
  of: string;
  value: string;
  rate: string;
  /** By which credentials an expert is told. */
  expert: GroupValues;
};

/** The part of the policy on overlap, review and checks, as typed: shares in per cent. */
export type TierValues = {
  overlapMode: OverlapRule['mode'];
  coverage: string;
  maxOverlap: string;
  minConfidence: string;
  agreementThreshold: string;
  maxAdditional: string;
  reviewRules: ReviewRuleValues[];
  checkpoints: string;
  isAudited: boolean;
  auditMax: string;
  auditConfidence: string;
  auditExpected: string;
  hasRereads: boolean;
  missField: string;
  missNormal: string;
  missShare: string;
};

export type Tiers = Pick<
  QualityPolicy,
  'overlapRule' | 'reviewRules' | 'checkpointBasisPoints' | 'audit' | 'misses'
>;

const percent = (share: number) => String(Math.round(share * 10_000) / 100);
const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text.trim()));
const basisPoints = (text: string) => Math.round(number(text) * 100);

/** A stored policy as the form shows it; what is off keeps a value that can be switched on. */
export function tierValues(policy: Tiers): TierValues {
  const { overlapRule: rule, audit, misses } = policy;
  return {
    overlapMode: rule.mode,
    coverage: rule.mode === 'share' ? String(rule.overlapCoveragePercent) : '20',
    maxOverlap: rule.mode === 'adaptive' ? String(rule.maxOverlap) : '5',
    minConfidence: rule.mode === 'adaptive' ? String(rule.minConfidence) : '0.95',
    agreementThreshold: rule.mode === 'on_disagreement' ? String(rule.agreementThreshold) : '0.6',
    maxAdditional: rule.mode === 'on_disagreement' ? String(rule.maxAdditionalAnnotators) : '1',
    reviewRules: policy.reviewRules.map(reviewRuleValues),
    checkpoints: policy.checkpointBasisPoints.map((share) => String(share / 100)).join(', '),
    isAudited: audit !== null,
    auditMax: percent(audit?.maxErrorRate ?? 0.05),
    auditConfidence: percent(audit?.confidence ?? 0.95),
    auditExpected: percent(audit?.expectedErrorRate ?? 0.01),
    hasRereads: misses !== null,
    missField: misses?.field ?? '',
    missNormal: misses?.normalValue ?? '',
    missShare: String((misses?.shareBasisPoints ?? 500) / 100),
  };
}

function reviewRuleValues(rule: ReviewRule): ReviewRuleValues {
  const common = {
    kind: rule.kind,
    rate: String(rule.sampleRateBasisPoints / 100),
    bound: '',
    of: '',
    value: '',
    expert: NO_ONE,
  };
  switch (rule.kind) {
    case 'low_agreement':
      return { ...common, bound: String(rule.agreementBelow) };
    case 'low_confidence':
      return { ...common, bound: String(rule.confidenceAtMost) };
    case 'new_annotator':
      return { ...common, bound: String(rule.firstReads) };
    case 'rare_class':
      return { ...common, of: rule.field, value: rule.value };
    case 'subgroup':
      return { ...common, of: rule.column, value: rule.value };
    case 'technical_reader':
      return { ...common, expert: ruleValues(rule.expert) };
  }
}

/** What a new rule of a kind begins with. */
export function newReviewRule(kind: ReviewRule['kind']): ReviewRuleValues {
  const bound = {
    low_agreement: '0.5',
    low_confidence: '2',
    new_annotator: '20',
    rare_class: '',
    subgroup: '',
    technical_reader: '',
  }[kind];
  const expert = kind === 'technical_reader' ? { match: 'any' as const, parts: [NEW_REQUIREMENT] } : NO_ONE;
  return { kind, bound, of: '', value: '', rate: '100', expert };
}

/** The typed part as the server takes it. */
export function toTiers(values: TierValues) {
  return {
    overlapRule: toOverlapRule(values),
    reviewRules: values.reviewRules.map(toReviewRule),
    checkpointBasisPoints: values.checkpoints
      .split(/[\s,;%]+/)
      .filter((text) => text !== '')
      .map(basisPoints),
    audit: values.isAudited
      ? {
          maxErrorRate: number(values.auditMax) / 100,
          confidence: number(values.auditConfidence) / 100,
          expectedErrorRate: number(values.auditExpected) / 100,
        }
      : null,
    misses: values.hasRereads
      ? {
          field: values.missField,
          normalValue: values.missNormal,
          shareBasisPoints: basisPoints(values.missShare),
        }
      : null,
  };
}

/** The overlap rule as typed; numbers may be NaN. */
export function toOverlapRule(values: TierValues): OverlapRule {
  switch (values.overlapMode) {
    case 'fixed':
      return { mode: 'fixed' };
    case 'share':
      return { mode: 'share', overlapCoveragePercent: number(values.coverage) };
    case 'adaptive':
      return {
        mode: 'adaptive',
        maxOverlap: number(values.maxOverlap),
        minConfidence: number(values.minConfidence),
      };
    case 'on_disagreement':
      return {
        mode: 'on_disagreement',
        agreementThreshold: number(values.agreementThreshold),
        maxAdditionalAnnotators: number(values.maxAdditional),
      };
  }
}

function toReviewRule(values: ReviewRuleValues): unknown {
  const common = { kind: values.kind, sampleRateBasisPoints: basisPoints(values.rate) };
  switch (values.kind) {
    case 'low_agreement':
      return { ...common, agreementBelow: number(values.bound) };
    case 'low_confidence':
      return { ...common, confidenceAtMost: number(values.bound) };
    case 'new_annotator':
      return { ...common, firstReads: number(values.bound) };
    case 'rare_class':
      return { ...common, field: values.of, value: values.value };
    case 'subgroup':
      return { ...common, column: values.of, value: values.value };
    case 'technical_reader':
      return { ...common, expert: toRule(values.expert) };
  }
}
