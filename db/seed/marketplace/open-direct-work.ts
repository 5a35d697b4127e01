import { makeBatch } from '#db/seed/factories/work.ts';
import type { HeldTender } from './hold-tender.ts';

const EXAM_CASES = 10;
const PLACES = 20;
const CASES = 20;

/**
 * What a person on their own account comes to once they have accepted an offer (R17): the paid exam on the protocol, and
 * cases that whoever has passed it may read, at the asking price.
 */
export async function openDirectWork({ scene }: HeldTender, priceMinor: bigint): Promise<void> {
  await makeBatch(scene, {
    name: 'Exam for direct readers',
    kind: 'exam',
    vendorOrgId: null,
    overlap: PLACES,
    goldMode: 'embedded',
    filter: { gold: 'only' },
    caseLimit: EXAM_CASES,
    pricePerReadMinor: priceMinor,
    claimRules: { passLevelBasisPoints: 7_000 },
  });
  await makeBatch(scene, {
    name: 'First cases, read directly',
    vendorOrgId: null,
    overlap: 2,
    filter: { gold: 'never' },
    caseLimit: CASES,
    pricePerReadMinor: priceMinor,
  });
}
