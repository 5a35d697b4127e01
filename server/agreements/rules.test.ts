import { describe, expect, test } from 'vitest';
import { ORG_KINDS } from '#server/command/actor.ts';
import type { Capability } from '#server/command/capabilities.ts';
import {
  AGREEMENT_EVENTS,
  addDays,
  addMonths,
  attestationValidUntil,
  dueReminder,
  hasAuthority,
  isEffective,
  isSameName,
  kindsFor,
  partiesOf,
  retainUntil,
  sideOf,
  transition,
} from './rules.ts';
import { AGREEMENT_STATUSES } from './schemas.ts';

describe('the state machine', () => {
  test('every state and event: exactly these moves', () => {
    const moves = AGREEMENT_STATUSES.flatMap((from) =>
      AGREEMENT_EVENTS.flatMap((event) => {
        const to = transition(from, event);
        return to === null ? [] : [`${from} ${event} ${to}`];
      }),
    );
    expect(moves).toEqual([
      'draft send sent',
      'draft decline declined',
      'draft void voided',
      'sent reopen draft',
      'sent sign_first partially_signed',
      'sent decline declined',
      'sent void voided',
      'sent lapse lapsed',
      'partially_signed sign_last active',
      'partially_signed sign_ahead signed',
      'partially_signed decline declined',
      'partially_signed void voided',
      'partially_signed lapse lapsed',
      'signed begin active',
      'signed begin_suspended suspended',
      'signed void voided',
      'active suspend suspended',
      'active give_notice termination_noticed',
      'active expire expired',
      'active supersede superseded',
      'suspended resume active',
      'suspended give_notice termination_noticed',
      'suspended expire expired',
      'suspended supersede superseded',
      'termination_noticed terminate terminated',
      'termination_noticed supersede superseded',
      'terminated wind_down wound_down',
      'expired wind_down wound_down',
    ]);
  });

  test('an agreement counts on its first day, not on its end day, and in three states only', () => {
    const term = { effectiveFrom: '2026-01-01', effectiveUntil: '2026-12-31' };
    const on = (today: string) => isEffective({ status: 'active', ...term }, today);
    expect(['2025-12-31', '2026-01-01', '2026-12-30', '2026-12-31'].map(on)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const counting = AGREEMENT_STATUSES.filter((status) => isEffective({ status, ...term }, '2026-06-01'));
    expect(counting).toEqual(['signed', 'active', 'termination_noticed']);
    // Under notice or signed for later, a suspension that was not taken back goes on.
    expect(
      AGREEMENT_STATUSES.filter((status) =>
        isEffective({ status, suspendedByOrgId: 'a side', ...term }, '2026-06-01'),
      ),
    ).toEqual([]);
  });
});

describe('reminders of the end', () => {
  const days = (reminded: number | null, today: string) => dueReminder('2027-03-01', reminded, today);

  test('come 90 and 30 days before and on the day, each once, and never a past one', () => {
    expect([days(null, '2026-11-30'), days(null, '2026-12-01'), days(90, '2026-12-02')]).toEqual([
      null,
      90,
      null,
    ]);
    expect([days(90, '2027-01-30'), days(30, '2027-02-28'), days(30, '2027-03-01')]).toEqual([30, null, 0]);
    // Seen for the first time ten days before: one reminder, not two.
    expect([days(null, '2027-02-19'), days(30, '2027-02-19'), days(0, '2027-03-01')]).toEqual([
      30,
      null,
      null,
    ]);
  });

  test('days are added over the ends of months and years', () => {
    expect([addDays('2026-12-31', 1), addDays('2028-03-01', -1), addDays('2026-11-21', 30)]).toEqual([
      '2027-01-01',
      '2028-02-29',
      '2026-12-21',
    ]);
  });
});

describe('parties', () => {
  const platformOrgId = 'p';
  test('the sponsor stands over the platform, the platform over everyone else', () => {
    expect(partiesOf({ orgId: 's', orgKind: 'sponsor', platformOrgId })).toEqual({
      partyAOrgId: 's',
      partyBOrgId: 'p',
    });
    for (const orgKind of ['vendor', 'independent'] as const) {
      expect(partiesOf({ orgId: 'v', orgKind, platformOrgId })).toEqual({
        partyAOrgId: 'p',
        partyBOrgId: 'v',
      });
    }
  });

  test('an organisation is on its own side or on none', () => {
    const parties = { partyAOrgId: 's', partyBOrgId: 'p' };
    expect(['s', 'p', 'x', null].map((org) => sideOf(parties, org))).toEqual(['a', 'b', null, null]);
  });

  test('a BAA is made with sponsors, a subcontractor BAA with those below (R20)', () => {
    const baa = ORG_KINDS.map((kind) => [
      kind,
      kindsFor(kind).includes('baa'),
      kindsFor(kind).includes('subcontractor_baa'),
    ]);
    expect(baa).toEqual([
      ['sponsor', true, false],
      ['vendor', false, true],
      ['platform', false, false],
      ['independent', false, true],
    ]);
  });
});

describe('who may sign', () => {
  const actor = (can: boolean) => ({
    personId: 'me',
    capabilities: new Set<Capability>(can ? ['agreement.sign'] : []),
  });
  test.each([
    ['vendor', true, ['me'], true],
    ['vendor', true, ['other'], false],
    ['vendor', true, [], false],
    ['vendor', false, ['me'], false],
    ['platform', true, [], true],
    ['platform', true, ['other'], false],
    ['platform', false, [], false],
  ] as const)('%s, right %s, signatories %j → %s', (kind, can, signatories, allowed) => {
    expect(hasAuthority(actor(can), { kind, signatories }).allowed).toBe(allowed);
  });

  test('a typed name may differ in case and spaces, in nothing else', () => {
    expect(isSameName('  Ewa   Żak ', 'ewa żak')).toBe(true);
    expect(isSameName('Ewa Zak', 'Ewa Żak')).toBe(false);
  });
});

describe('dates', () => {
  test('months are calendar months and stay inside the month', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
    expect(addMonths('2026-11-30', 72)).toBe('2032-11-30');
  });

  test('an attestation rests on its training for 12 months; documents stay six years after their last day', () => {
    expect(attestationValidUntil('2026-03-15')).toBe('2027-03-15');
    expect(retainUntil('2026-01-01', null)).toBe('2032-01-01');
    expect(retainUntil('2026-01-01', '2028-05-05')).toBe('2034-05-05');
    expect(retainUntil('2026-01-01', '2025-05-05')).toBe('2032-01-01');
  });
});
