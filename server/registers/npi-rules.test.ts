import { describe, expect, it } from 'vitest';
import { splitName } from './names.ts';
import { compareNpi, type NpiQuestion, withoutRegister } from './npi-rules.ts';
import type { Provider } from './provider-lookup.ts';

const NUCC: Record<string, string> = {
  '2085R0202X': 'Diagnostic Radiology Physician',
  '207N00000X': 'Dermatology Physician',
};
const provider = (more: Partial<Provider> = {}): Provider => ({
  npi: '1234567893',
  entityType: '1',
  replacementNpi: null,
  lastName: 'RIVERA',
  firstName: 'RUTH',
  middleName: 'M',
  otherLastName: null,
  otherFirstName: null,
  organisationName: null,
  state: 'OH',
  deactivatedOn: null,
  reactivatedOn: null,
  taxonomies: [{ code: '2085R0202X', licence: '35.012345', state: 'OH', primary: true }],
  ...more,
});
const question = (more: Partial<NpiQuestion> = {}): NpiQuestion => ({
  npi: '1234567893',
  subject: { names: [splitName('Ruth Rivera')] },
  specialties: ['Radiology'],
  taxonomyCodes: [],
  licences: [{ number: '35012345', state: 'OH' }],
  ...more,
});
const run = (q = question(), p: Provider | null = provider()) => {
  const { outcome, elements } = compareNpi(q, p, (code) => NUCC[code] ?? null);
  return { outcome, ...Object.fromEntries(elements.map((one) => [one.element, one.result])) };
};

describe('a claimed NPI beside NPPES', () => {
  it('agrees in every element', () => {
    expect(run()).toEqual({
      outcome: 'agrees',
      number: 'agree',
      status: 'agree',
      name: 'agree',
      specialty: 'agree',
      licence: 'agree',
    });
  });

  it('proposes a discrepancy for a number that is valid by Luhn but nobody’s, or of another person, or of an organisation', () => {
    expect(run(question(), null)).toMatchObject({ outcome: 'differs', number: 'differ', name: 'unknown' });
    expect(run(question(), provider({ lastName: 'JONES', firstName: 'PAUL' }))).toMatchObject({
      outcome: 'differs',
      name: 'differ',
    });
    expect(run(question(), provider({ entityType: '2', organisationName: 'ACME' }))).toMatchObject({
      outcome: 'differs',
      number: 'differ',
    });
  });

  it('proposes one for a number that is deactivated, and none for one that was reactivated', () => {
    expect(run(question(), provider({ entityType: null, deactivatedOn: '2015-02-03' }))).toMatchObject({
      outcome: 'differs',
      status: 'differ',
    });
    expect(
      run(question(), provider({ deactivatedOn: '2015-02-03', reactivatedOn: '2016-01-01' })),
    ).toMatchObject({ outcome: 'agrees' });
  });

  it.each([
    ['a form of the first name', { firstName: 'ROBERT' }, 'Bob Rivera', 'review'],
    ['a slip in the last name', { lastName: 'RIVERRA' }, 'Ruth Rivera', 'review'],
    [
      'a former name that NPPES lists',
      { lastName: 'LOPEZ', otherLastName: 'RIVERA' },
      'Ruth Rivera',
      'agrees',
    ],
    ['accents', { lastName: 'NUNEZ' }, 'Ruth Núñez', 'agrees'],
    ['two last names', { lastName: 'DE LA CRUZ' }, 'Ruth de la Cruz', 'agrees'],
  ])('%s', (_, listed, name, outcome) => {
    expect(run(question({ subject: { names: [splitName(name)] } }), provider(listed)).outcome).toBe(outcome);
  });

  it('leaves another specialty, licence number or state for a human, because NPPES is self-reported', () => {
    expect(run(question({ specialties: ['Dermatology'] }))).toMatchObject({
      outcome: 'review',
      specialty: 'differ',
    });
    expect(run(question({ licences: [{ number: '99', state: 'OH' }] }))).toMatchObject({
      outcome: 'review',
      licence: 'differ',
    });
    expect(run(question({ licences: [{ number: '35.012345', state: 'TX' }] }))).toMatchObject({
      outcome: 'review',
      licence: 'near',
    });
    expect(run(question({ licences: [{ number: '99', state: 'TX' }] }))).toMatchObject({
      outcome: 'agrees',
      licence: 'unknown',
    });
  });

  it('reads radiologist as radiology, and a code by itself', () => {
    expect(run(question({ specialties: ['Neuroradiologist', 'Radiologist'] }))).toMatchObject({
      specialty: 'agree',
    });
    expect(run(question({ specialties: [], taxonomyCodes: ['2085R0202X'] }))).toMatchObject({
      specialty: 'agree',
    });
  });

  it('says unknown when there is nothing to compare with', () => {
    expect(withoutRegister().outcome).toBe('unknown');
    expect(run(question({ specialties: [], licences: [] }))).toMatchObject({
      outcome: 'agrees',
      specialty: 'unknown',
      licence: 'unknown',
    });
  });
});
