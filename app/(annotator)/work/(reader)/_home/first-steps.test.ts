import { expect, test } from 'vitest';
import { firstSteps, type OnTheWay } from './first-steps.ts';

const nothing: OnTheWay = {
  isAddressConfirmed: false,
  isOrgVerified: false,
  isIndependent: true,
  hasLegalName: false,
  credentials: 0,
  verified: 0,
  hasPrivacyTraining: false,
  openAttestations: 0,
  hasAgreement: false,
  lines: [],
  exams: 0,
};
const line = (change: object) =>
  ({
    kind: 'production',
    tier: 'label',
    batchId: 'b',
    isAllowed: true,
    openCount: 3,
    dueRepeats: 0,
    joined: null,
    reasons: [],
    ...change,
  }) as OnTheWay['lines'][number];
const nowOf = (of: OnTheWay) => firstSteps(of)?.find((step) => step.state === 'current');

test('one step is the present one, from nothing to the first case, and each leads somewhere', () => {
  const order: Partial<OnTheWay>[] = [
    { isAddressConfirmed: true },
    { hasLegalName: true },
    { credentials: 1 },
    { hasPrivacyTraining: true },
    { hasAgreement: true },
  ];
  let of = nothing;
  const seen = [nowOf(of)?.label];
  for (const change of order) {
    of = { ...of, ...change };
    seen.push(nowOf(of)?.label);
  }
  expect(seen).toEqual([
    'Confirm your address',
    'Say who you are',
    'Add your credentials',
    'Privacy training',
    'Sign your agreements',
    'Pass the paid exam',
  ]);
  expect(firstSteps(of)?.every((step) => step.href?.startsWith('/'))).toBe(true);
  const exam = { ...of, lines: [line({ kind: 'exam', batchId: 'e' })] };
  expect(nowOf(exam)).toMatchObject({ label: 'Pass the paid exam', href: '/work/read/e' });
  const ready = { ...of, lines: [line({})] };
  expect(nowOf(ready)).toMatchObject({ label: 'Read your first paid case', href: '/work/read/b' });
});

test('work that waits for an exam keeps the exam open, and a vendor’s person confirms instead of signing', () => {
  const lines = [line({ isAllowed: false, reasons: [{ code: 'exam.missing', message: '' }] }), line({})];
  const of = { ...nothing, isIndependent: false, lines };
  const steps = firstSteps(of) ?? [];
  expect(steps.find((step) => step.label === 'Pass the paid exam')?.state).toBe('todo');
  expect(steps.map((step) => step.label)).toContain('Confirm your attestation');
  expect(firstSteps({ ...of, exams: 1 })?.find((step) => step.label === 'Pass the paid exam')?.state).toBe(
    'done',
  );
});

test('after the first case the way is not shown any more', () => {
  expect(firstSteps({ ...nothing, lines: [line({ joined: { submitted: 1 } })] })).toBeNull();
});
