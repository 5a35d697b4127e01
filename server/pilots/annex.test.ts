import { expect, test } from 'vitest';
import { pilotTermsOf } from '#db/seed/factories/bids.ts';
import { newId } from '#server/core/ids.ts';
import { type AnnexDocument, annexBytes, checkAnnex, readAnnex, sha256Of } from './annex.ts';
import { renderAnnex } from './render-annex.ts';
import { figureWords } from './render-subgroups.ts';

const HASH = 'ab'.repeat(32);
const signedAt = '2026-11-22T01:00:00.000Z';

function documentOf(over: Partial<AnnexDocument> = {}): AnnexDocument {
  const party = { orgId: newId(), legalName: 'Szpital Świętego Łukasza' };
  return {
    format: 'readroom.pilot-annex',
    version: 1,
    pilot: {
      pilotId: newId(),
      attempt: 1,
      callId: newId(),
      bidId: newId(),
      orderContractId: newId(),
      projectId: newId(),
      projectTitle: 'Chest radiograph findings',
      abandonedAt: null,
    },
    parties: { sponsor: party, platform: party, vendor: party },
    price: { perReadMinor: '220', currency: 'USD', feeBasisPoints: 1500 },
    terms: pilotTermsOf({
      goldMode: 'embedded',
      goldPerClass: [{ field: 'grade', className: '2', cases: 5 }],
    }),
    batches: [
      {
        batchId: newId(),
        sequence: 1,
        orderedAt: signedAt,
        cases: 10,
        overlap: 3,
        protocolVersion: 2,
        protocolSha256: HASH,
      },
    ],
    goldSets: [{ version: 1, contentSha256: HASH }],
    scorecard: {
      scorecardId: newId(),
      computedAt: signedAt,
      methodVersion: '2',
      contentSha256: HASH,
      verdict: 'pass',
      cases: 10,
      reads: 30,
      readers: 3,
      assisted: false,
      criteria: [
        {
          key: 'reliability.grade',
          label: 'Reliability of Grade (Krippendorff’s α)',
          direction: 'at_least',
          threshold: 0.8,
          unit: '',
          measurement: {
            value: 0.91,
            ci: [0.85, 0.95],
            se: null,
            n: 10,
            nExcluded: 0,
            reason: null,
            method: 'a',
          },
          verdict: 'pass',
          itemsInAll: null,
        },
      ],
      costs: {
        currency: 'USD',
        totalMinor: '7590',
        feeMinor: '990',
        perReadMinor: 253,
        perFinalLabelMinor: 759,
        perCorrectLabelMinor: null,
      },
    },
    decision: { decision: 'award', shareBasisPoints: 5000, awardContractId: newId(), reason: 'Clear.' },
    signature: {
      signatureId: newId(),
      personId: newId(),
      orgId: newId(),
      role: 'sponsor',
      typedName: 'Sana Sponsor',
      meaning: 'decision: award on verdict pass',
      contentSha256: HASH,
      authMethod: 'password',
      signedAt,
    },
    ...over,
  };
}

const recordOf = (document: AnnexDocument, pdf: Uint8Array | null = null) => ({
  recordSha256: sha256Of(annexBytes(document)),
  pdfSha256: pdf && sha256Of(pdf),
  contentSha256: HASH,
  typedName: 'Sana Sponsor',
  signedAt: new Date(signedAt),
  storedCardSha256: HASH,
});

test('the same record gives the same bytes, as JSON and as PDF, whatever the order of its members', {
  timeout: 30_000,
}, async () => {
  const document = documentOf();
  const shuffled = Object.fromEntries(Object.entries(document).reverse()) as AnnexDocument;
  expect(sha256Of(annexBytes(shuffled))).toBe(sha256Of(annexBytes(document)));
  const hash = sha256Of(annexBytes(document));
  const first = await renderAnnex(document, hash);
  expect(sha256Of(await renderAnnex(shuffled, hash))).toBe(sha256Of(first));
  const other = { ...document, decision: { ...document.decision, shareBasisPoints: 5001 } };
  expect(sha256Of(annexBytes(other))).not.toBe(hash);
  expect(sha256Of(await renderAnnex(other, hash))).not.toBe(sha256Of(first));
});

test('subgroups are in the record and change its bytes; a record from before they were measured still reads', {
  timeout: 30_000,
}, async () => {
  const before = documentOf();
  const figure = {
    value: 0.9,
    ci: [0.8, 0.95] as [number, number],
    se: null,
    n: 40,
    nExcluded: 0,
    reason: null,
    method: 'a',
  };
  const small = { ...figure, value: null, ci: null, n: 4, reason: 'small_subgroup' };
  const subgroups = {
    leastCases: 10,
    leftOut: [{ dimension: 'scanner', values: 3 }],
    groups: (['F', 'M'] as const).map((value) => ({
      dimension: 'sex',
      value,
      cases: 40,
      reads: 120,
      fields: [
        {
          field: 'grade',
          label: 'Grade',
          alpha: figure,
          accuracy: value === 'F' ? figure : small,
          classes: [{ className: '2', classLabel: 'Two', sensitivity: small, specificity: figure }],
        },
      ],
    })),
  };
  const document = documentOf({ ...before, scorecard: { ...before.scorecard, subgroups } });
  expect(readAnnex(annexBytes(before))).toEqual({ document: before });
  expect(readAnnex(annexBytes(document))).toEqual({ document });
  expect(figureWords(small)).toBe('too few cases to show, n 4');
  expect(figureWords(figure)).toBe('0.900 [0.800, 0.950], n 40');
  const hash = sha256Of(annexBytes(document));
  expect(hash).not.toBe(sha256Of(annexBytes(before)));
  expect(sha256Of(await renderAnnex(document, hash))).not.toBe(sha256Of(await renderAnnex(before, hash)));
});

test('what was kept reads back, and every claim of it holds', () => {
  const document = documentOf();
  const bytes = annexBytes(document);
  const read = readAnnex(bytes);
  expect(read).toEqual({ document });
  const pdf = new TextEncoder().encode('pdf');
  const checks = checkAnnex({ json: bytes, pdf, document, record: recordOf(document, pdf) });
  expect(checks).toHaveLength(5);
  expect(checks.every((check) => check.holds)).toBe(true);
});

test('one changed figure, another signer, a rewritten card, another PDF or an unknown signature is found', () => {
  const document = documentOf();
  const record = recordOf(document, new Uint8Array([1]));
  const failing = (input: Partial<Parameters<typeof checkAnnex>[0]>) =>
    checkAnnex({ json: annexBytes(document), pdf: null, document, record, ...input })
      .filter((check) => !check.holds)
      .map((check) => check.says);
  const better = documentOf({ ...document, decision: { ...document.decision, shareBasisPoints: 10_000 } });
  expect(failing({ json: annexBytes(better), document: better })).toEqual([
    expect.stringMatching(/^The JSON file has the hash/),
  ]);
  expect(failing({ record: { ...record, typedName: 'Somebody Else' } })).toEqual([
    expect.stringMatching(/signed by Somebody Else/),
  ]);
  expect(failing({ record: { ...record, storedCardSha256: '0'.repeat(64) } })).toEqual([
    'The stored scorecard still has that hash',
  ]);
  expect(failing({ pdf: new Uint8Array([2]) })).toEqual(['The PDF file is the one that was kept with it']);
  expect(failing({ record: null })).toEqual([expect.stringMatching(/is in this installation's records/)]);
});

test.each([
  ['not JSON', 'hello', /not JSON/],
  ['another file', '{"format":"other"}', /^This is no annex of a pilot: /],
  ['an empty file', '', /not JSON/],
])('%s is refused in words', (_, text, says) => {
  expect(readAnnex(new TextEncoder().encode(text))).toEqual({ problem: expect.stringMatching(says) });
});
