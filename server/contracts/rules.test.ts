import { expect, test } from 'vitest';
import {
  addMonths,
  awardedTerms,
  ceilingProblem,
  changesBetween,
  nextCreditStatus,
  nextVersionStatus,
  repricingProblem,
  termsProblems,
  tierOfPrice,
  volumeProblem,
} from './rules.ts';
import { type ContractTerms, contractTerms } from './schemas.ts';
import { storedTerms } from './terms-in-force.ts';

const terms: ContractTerms = {
  rateCard: [
    { tier: 'standard', definition: 'One finding at most.', pricePerReadMinor: 120n },
    { tier: 'complex', definition: 'Several findings, priors to compare.', pricePerReadMinor: 260n },
  ],
  ceilingMinor: null,
  volume: { readsPerMonth: 5000, firstMonth: '2026-11', months: 3 },
  serviceLevels: {
    turnaroundDays: 10,
    accuracy: { field: 'grade', atLeast: 0.9 },
    readsPerDay: 200,
    creditBasisPoints: 500,
    capBasisPoints: 1000,
  },
  substitution: { perMonth: 2 },
  nonSolicitation: { months: 6, protects: 'both' },
  protocolVersion: 1,
};
const facts = { fields: ['grade'], today: '2026-11-22', effectiveOn: '2026-12-01' };
const codes = (over: Partial<ContractTerms>, of = facts) =>
  termsProblems({ ...terms, ...over }, of).map((one) => one.code);

test('terms in order have no problems, and survive the database', () => {
  expect(codes({})).toEqual([]);
  expect(contractTerms.parse(storedTerms(terms))).toEqual(terms);
});

test('everything that is wrong is said at once', () => {
  const sla = { ...terms.serviceLevels!, accuracy: { field: 'size', atLeast: 0.9 }, capBasisPoints: 100 };
  expect(
    codes(
      { rateCard: [terms.rateCard[0]!, terms.rateCard[0]!], serviceLevels: sla },
      { ...facts, effectiveOn: '2026-11-01' },
    ),
  ).toEqual([
    'terms.tier_twice',
    'terms.price_twice',
    'terms.effective_past',
    'terms.sla_field',
    'terms.sla_cap',
  ]);
});

test('a service level without a target, or a volume that is over, is refused', () => {
  const none = { ...terms.serviceLevels!, turnaroundDays: null, accuracy: null, readsPerDay: null };
  expect(codes({ serviceLevels: none })).toEqual(['terms.sla_empty']);
  expect(codes({ volume: { readsPerMonth: 1, firstMonth: '2026-08', months: 4 } })).toEqual([
    'terms.volume_over',
  ]);
});

test('a price names its class, another price none', () => {
  expect(tierOfPrice(terms, 260n)).toBe('complex');
  expect(tierOfPrice(terms, 121n)).toBeNull();
});

test('a call-off within the month’s rest is allowed to the last read, one more is explained', () => {
  const at = { month: '2026-11', used: 4200 };
  expect(volumeProblem(terms.volume, { ...at, reads: 800 })).toBeNull();
  expect(volumeProblem(terms.volume, { ...at, reads: 801 })).toEqual({
    code: 'volume_exceeded',
    message:
      'The contract holds 5,000 reads a month; 4,200 of 2026-11 are called off, and this asks for 801. Call off at most 800 now, wait for 2026-12, or agree a larger volume by an amendment.',
  });
  expect(volumeProblem(terms.volume, { month: '2027-01', used: 0, reads: 5000 })).toBeNull();
  expect(volumeProblem(terms.volume, { month: '2027-02', used: 0, reads: 1 })?.code).toBe('volume_month');
  expect(volumeProblem(null, { ...at, reads: 1_000_000 })).toBeNull();
});

test('a breaking protocol version asks for prices once, of batches on it alone', () => {
  const at = { pricedFor: 2, breaking: [2, 4, 6] };
  expect(repricingProblem({ ...at, batchVersion: 3 })).toBeNull();
  expect(repricingProblem({ ...at, batchVersion: 5 })?.message).toContain('Protocol version 4 changes');
  expect(repricingProblem({ ...at, batchVersion: 6 })?.message).toContain('Protocol version 6 changes');
  expect(repricingProblem({ ...at, pricedFor: 6, batchVersion: 6 })).toBeNull();
});

test('all reads stay below what the whole work may cost, to the last read', () => {
  const at = { spentMinor: 1000n, reads: 10, pricePerReadMinor: 100n, currency: 'USD' };
  expect(ceilingProblem(null, at)).toBeNull();
  expect(ceilingProblem(2000n, at)).toBeNull();
  expect(ceilingProblem(1999n, at)?.message).toContain('Call off at most 9 reads');
  // An amendment below what is called off already leaves nothing, and nothing below nothing.
  expect(ceilingProblem(500n, at)?.message).toContain('Call off at most 0 reads');
});

test('what a version changes is said in words', () => {
  expect(changesBetween(terms, terms, 'USD')).toEqual([]);
  expect(
    changesBetween(
      awardedTerms({ pricePerReadMinor: 100n, ceilingMinor: 50_000n }, 1),
      { ...terms, protocolVersion: 2, rateCard: terms.rateCard },
      'USD',
    ),
  ).toEqual([
    'price of standard from USD 1.00 to USD 1.20',
    'new class complex',
    'no limit for all reads any more',
    'monthly volume',
    'service levels',
    'substitution',
    'engaging each other’s people',
    'priced for protocol version 2',
  ]);
  expect(changesBetween(terms, { ...terms, rateCard: [terms.rateCard[0]!] }, 'USD')).toEqual([
    'class complex ends',
  ]);
});

test('months are counted across years', () => {
  expect(addMonths('2026-11', 3)).toBe('2027-02');
  expect(addMonths('2027-01', -1)).toBe('2026-12');
});

test('only a proposal moves', () => {
  expect(nextVersionStatus('proposed', 'sign_last')).toBe('agreed');
  for (const from of ['agreed', 'declined', 'withdrawn', 'lapsed'] as const)
    for (const event of ['sign_last', 'decline', 'withdraw', 'lapse'] as const)
      expect(nextVersionStatus(from, event)).toBeNull();
});

test.each([
  ['proposed', 'dispute', 'disputed'],
  ['proposed', 'time_over', 'due'],
  ['proposed', 'waive', 'waived'],
  ['disputed', 'uphold', 'due'],
  ['disputed', 'waive', 'waived'],
  ['disputed', 'dispute', null],
  ['due', 'post', 'posted'],
  ['due', 'waive', null],
  ['posted', 'dispute', null],
  ['met', 'dispute', null],
] as const)('a credit %s, %s → %s', (from, event, to) => {
  expect(nextCreditStatus(from, event)).toBe(to);
});
