import { createHash } from 'node:crypto';
import { PDFDocument } from '@cantoo/pdf-lib';
import { describe, expect, test } from 'vitest';
import type { AgreementDocument } from './document.ts';
import { preamble, termSentence } from './document.ts';
import { renderAgreement, renderEvidence } from './render-pdf.ts';
import { sealDocument } from './seal-document.ts';
import { TEMPLATE_TEXTS } from './templates/template-text.ts';

const text = TEMPLATE_TEXTS.find((one) => one.kind === 'baa')!;
const document: AgreementDocument = {
  agreementId: '019a0000-0000-7000-8000-000000000000',
  kind: 'baa',
  title: text.title,
  templateVersion: 1,
  effectiveFrom: '2026-11-21',
  effectiveUntil: null,
  createdAt: new Date('2026-11-21T12:00:00Z'),
  locations: [],
  textVersion: 1,
  clauses: text.clauses,
  partyA: {
    legalName: 'Szpital Świętego Łukasza',
    kind: 'sponsor',
    registerNumber: 'KRS 1',
    country: 'PL',
    name: 'the Data Holder',
  },
  partyB: {
    legalName: 'Readroom Operations Inc.',
    kind: 'platform',
    registerNumber: null,
    country: 'US',
    name: 'the Business Associate',
  },
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the printed agreement', () => {
  test('the same facts print the same bytes, other facts print others', { timeout: 30_000 }, async () => {
    const [first, second] = [await renderAgreement(document), await renderAgreement(document)];
    expect(sha256(second)).toBe(sha256(first));
    const other = await renderAgreement({ ...document, effectiveUntil: '2027-11-21' });
    expect(sha256(other)).not.toBe(sha256(first));
  });

  test('names the parties, how the text calls them, and the term', () => {
    expect(preamble(document)).toBe(
      'This agreement is made between Szpital Świętego Łukasza (register number KRS 1), PL, “the Data Holder”, and Readroom Operations Inc., US, “the Business Associate”.',
    );
    expect(termSentence({ ...document, effectiveUntil: '2027-11-21' })).toContain('21 Nov 2027');
  });
});

test('the sealed copy holds all pages, the evidence behind them, and the exact signed bytes', {
  timeout: 30_000,
}, async () => {
  const original = await renderAgreement(document);
  const evidence = await renderEvidence(document, {
    documentSha256: sha256(original),
    consentText: 'I agree to sign electronically.',
    signatures: [],
  });
  const sealed = await PDFDocument.load(
    await sealDocument({ original, evidence, sealedAt: document.createdAt }),
  );
  const pagesOf = async (bytes: Uint8Array) => (await PDFDocument.load(bytes)).getPageCount();
  expect(sealed.getPageCount()).toBe((await pagesOf(original)) + (await pagesOf(evidence)));
  const [attached] = sealed.getAttachments();
  expect(attached?.name).toBe('agreement.pdf');
  expect(sha256(attached!.data)).toBe(sha256(original));
});
