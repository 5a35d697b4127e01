import { expect, test } from 'vitest';
import {
  auditProblems,
  delegateRefusal,
  delegationEnd,
  nextDelegationStatus,
  sampleSize,
} from './delegation-rules.ts';
import { verifyAsDelegateInput } from './delegation-schemas.ts';

const today = '2026-11-22';
const codes = (filesAudited: number, filesPassed: number, auditedOn = '2026-11-01') =>
  auditProblems({ auditedOn, filesAudited, filesPassed }, today).map((one) => one.code);

test('eight files in order suffice; one that is not asks for thirty, of which nine in ten are in order', () => {
  expect(codes(8, 8)).toEqual([]);
  expect(codes(7, 7)).toEqual(['delegation.files_few']);
  expect(codes(8, 7)).toEqual(['delegation.files_more']);
  expect(codes(30, 27)).toEqual([]);
  expect(codes(30, 26)).toEqual(['delegation.files_failed']);
  expect(codes(8, 9)).toEqual(['delegation.files_crossed']);
});

test('an audit holds for a year, and is not of a day to come', () => {
  expect(delegationEnd('2025-11-23')).toBe('2026-11-23');
  expect(codes(8, 8, '2025-11-23')).toEqual([]);
  expect(codes(8, 8, '2025-11-22')).toEqual(['delegation.audit_old']);
  expect(codes(8, 8, '2026-11-23')).toEqual(['delegation.audit_future']);
});

test('a suspension can be lifted, a revocation cannot, and what has run out can still be revoked', () => {
  expect(nextDelegationStatus('active', 'suspend')).toBe('suspended');
  expect(nextDelegationStatus('suspended', 'reinstate')).toBe('active');
  expect(nextDelegationStatus('expired', 'reinstate')).toBeNull();
  expect(nextDelegationStatus('expired', 'revoke')).toBe('revoked');
  expect(nextDelegationStatus('revoked', 'revoke')).toBeNull();
});

test('a sample is the agreed share, at least eight, at most all', () => {
  expect(sampleSize(5, 500)).toBe(5);
  expect(sampleSize(100, 500)).toBe(8);
  expect(sampleSize(1000, 500)).toBe(50);
  expect(sampleSize(0, 500)).toBe(0);
});

test('a delegate checks only while active, in date and under its agreement', () => {
  const active = { status: 'active' as const, validUntil: today, statusReason: null };
  expect(delegateRefusal(active, null, today)).toBeNull();
  expect(delegateRefusal(active, 'The agreement ended.', today)).toBe('The agreement ended.');
  expect(delegateRefusal({ ...active, validUntil: '2026-11-21' }, null, today)).toContain('21 Nov 2026');
  expect(
    delegateRefusal({ ...active, status: 'suspended', statusReason: 'Two files.' }, null, today),
  ).toContain('Two files.');
  expect(delegateRefusal(null, null, today)).toContain('no delegate');
});

test('a check that names no day and no file is told what each is for', () => {
  const found = verifyAsDelegateInput.safeParse({ sourceAsOf: '', fileReference: ' ' }).error?.issues ?? [];
  const of = (name: string) => found.find((issue) => issue.path[0] === name)?.message;
  expect(of('sourceAsOf')).toBe('Give the day as of which the source answered.');
  expect(of('fileReference')).toBe('Name the file under which you keep the evidence.');
});
