import { unreachable } from '#server/core/assert.ts';
import type { AdjudicationRule, IntendedUse, QualityPolicy } from './schemas.ts';
import { NO_TIERS } from './tier-schemas.ts';
import { USUAL_TROUBLE } from './trouble-schemas.ts';

const NO_ADJUDICATION: AdjudicationRule = {
  noMajority: false,
  anyDisagreement: false,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
  classes: [],
  fields: [],
};

const BASE: QualityPolicy = {
  overlap: 3,
  consensusMethod: 'majority',
  gold: { mode: 'none', shareBasisPoints: 0, minAnswers: 10 },
  reviewShareBasisPoints: 0,
  reliability: [],
  accuracy: [],
  adjudication: { ...NO_ADJUDICATION, noMajority: true },
  assisted: false,
  ...NO_TIERS,
  trouble: USUAL_TROUBLE,
};

const DEALT: QualityPolicy['gold'] = { mode: 'dealt', shareBasisPoints: 1_000, minAnswers: 10 };

/**
 * The quality policy to start from for an intended use (R5); every preset can be edited, `test_reference` only within
 * `policyLocks`. Criteria are empty because they name the protocol's fields, which come later.
 */
export function policyPreset(intendedUse: IntendedUse): QualityPolicy {
  switch (intendedUse) {
    case 'research':
      return BASE;
    case 'training':
      return { ...BASE, overlap: 2, gold: DEALT, reviewShareBasisPoints: 1_000 };
    case 'tuning':
      return { ...BASE, gold: DEALT, reviewShareBasisPoints: 1_000 };
    case 'test_reference':
      return {
        ...BASE,
        gold: { mode: 'embedded', shareBasisPoints: 0, minAnswers: 10 },
        adjudication: { ...NO_ADJUDICATION, anyDisagreement: true, noMajority: true },
      };
    case 'post_market':
      return { ...BASE, gold: DEALT, reviewShareBasisPoints: 500 };
    default:
      return unreachable(intendedUse);
  }
}
