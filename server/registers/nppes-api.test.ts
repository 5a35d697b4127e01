import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiLookup } from './nppes-api.ts';

/** What the public API answers (facts B1): numbers as strings or integers, errors with status 200. */
const ANSWERS: Record<string, { status?: number; body: unknown; isNever?: boolean }> = {
  '1234567893': {
    body: {
      result_count: 1,
      results: [
        {
          created_epoch: '1148342400000',
          enumeration_type: 'NPI-1',
          last_updated_epoch: '1594166400000',
          number: 1234567893,
          basic: {
            first_name: 'RUTH',
            last_name: 'RIVERA',
            middle_name: '',
            sex: 'F',
            status: 'A',
            name_prefix: '--',
            enumeration_date: '2006-05-23',
          },
          addresses: [
            { address_purpose: 'MAILING', address_type: 'DOM', state: 'KY' },
            { address_purpose: 'LOCATION', address_type: 'DOM', state: 'OH' },
          ],
          practiceLocations: [],
          taxonomies: [
            {
              code: '2085R0202X',
              desc: 'Radiology, Diagnostic Radiology',
              taxonomy_group: '',
              license: '35.012345',
              state: 'OH',
              primary: true,
            },
            { code: '207R00000X', desc: 'Internal Medicine', license: null, state: null, primary: false },
          ],
          identifiers: [],
          endpoints: [],
          other_names: [{ type: 'Former Name', code: '1', first_name: 'RUTH', last_name: 'LOPEZ' }],
        },
      ],
    },
  },
  '1987654328': { body: { result_count: 0, results: [] } },
  '1000000012': {
    body: { Errors: [{ description: 'CMS deactivated NPI 1000000012.', field: 'number', number: '18' }] },
  },
  '1497758122': { status: 503, body: {} },
  '1111111112': { body: 'nonsense' },
  '1222222223': { body: {}, isNever: true },
  '1333333334': {
    body: {
      result_count: 1,
      results: [
        {
          enumeration_type: 'NPI-2',
          number: '1333333334',
          basic: { organization_name: 'ACME', status: 'A', gender: 'M' },
          taxonomies: [],
          addresses: [],
        },
      ],
    },
  },
};

let server: Server;
let url: string;
const asked: URLSearchParams[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://x');
    asked.push(searchParams);
    const answer = ANSWERS[searchParams.get('number') ?? ''] ?? { body: {} };
    if (answer.isNever) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/api/`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
/** Only who is never answered is impatient: the first question of a process alone can take longer than that. */
const lookup = (timeoutMs = 15_000) =>
  apiLookup({ url, now: () => new Date('2026-09-01T00:00:00Z'), timeoutMs });

it('asks for the number by version 2.1 and reads the provider', async () => {
  expect(await lookup().find('1234567893')).toEqual({
    source: { name: 'NPPES API', asOf: '2026-09-01', sha256: null },
    provider: {
      npi: '1234567893',
      entityType: '1',
      replacementNpi: null,
      firstName: 'RUTH',
      lastName: 'RIVERA',
      middleName: null,
      otherFirstName: 'RUTH',
      otherLastName: 'LOPEZ',
      organisationName: null,
      state: 'OH',
      deactivatedOn: null,
      reactivatedOn: null,
      taxonomies: [
        { code: '2085R0202X', licence: '35.012345', state: 'OH', primary: true },
        { code: '207R00000X' },
      ],
    },
  });
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({ version: '2.1', number: '1234567893' });
});

it('knows an organisation, and a number that nobody has', async () => {
  expect(await lookup().find('1333333334')).toMatchObject({
    provider: { entityType: '2', organisationName: 'ACME' },
  });
  expect(await lookup().find('1987654328')).toMatchObject({ provider: null });
});

it.each([
  ['1000000012', /refuses the question/],
  ['1497758122', /does not answer/],
  ['1111111112', /a shape that is not known/],
  ['1222222223', /does not answer/],
])('an error for %s is an error, not an answer', async (npi, message) => {
  await expect(lookup(ANSWERS[npi]?.isNever ? 300 : undefined).find(npi)).rejects.toThrow(message);
});
