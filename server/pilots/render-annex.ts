import { Text, View } from '@react-pdf/renderer';
import { createElement as h, type ReactElement } from 'react';
import { pilotTerms } from '#server/bids/schemas.ts';
import { printPdf, pdfRow as row, pdfStyles as styles } from '#server/files/print-pdf.ts';
import type { AnnexDocument } from './annex.ts';
import { subgroupLines } from './render-subgroups.ts';
import { describeTerms } from './terms-words.ts';

type Line = AnnexDocument['scorecard']['criteria'][number];

const VERDICTS = { pass: 'Pass', inconclusive: 'Inconclusive', fail: 'Fail' } as const;
const DECISIONS = {
  award: 'Awarded',
  extend: 'Extended',
  retry: 'Failed, one retry granted',
  decline: 'Declined',
} as const;

/** The annex as PDF. The same record prints the same bytes: nothing but the record and its hash goes in. */
export function renderAnnex(document: AnnexDocument, jsonSha256: string): Promise<Uint8Array> {
  const { pilot, parties, price, scorecard, decision, signature } = document;
  const title = 'Annex: record of a pilot';
  return printPdf({
    title,
    footer: `SHA-256 of the JSON record: ${jsonSha256}`,
    createdAt: new Date(signature.signedAt),
    body: [
      h(Text, { key: 'title', style: styles.title }, title),
      h(
        Text,
        { key: 'meta', style: styles.meta },
        `Pilot ${pilot.pilotId}, order ${pilot.orderContractId}${decision.awardContractId ? `, award ${decision.awardContractId}` : ''}`,
      ),
      row('Project', pilot.projectTitle),
      row('Sponsor', parties.sponsor.legalName),
      row('Through', parties.platform.legalName),
      row('Vendor', parties.vendor.legalName),
      row(
        'Price',
        `${money(Number(price.perReadMinor), price.currency)} per read; platform fee ${price.feeBasisPoints / 100} %`,
      ),
      row('Attempt', pilot.attempt === 1 ? 'First' : 'Retry on other cases'),
      ...(pilot.abandonedAt ? [row('Given up', `by the vendor on ${utc(pilot.abandonedAt)}`)] : []),
      heading('Terms'),
      ...describeTerms(
        pilotTerms.parse(document.terms),
        document.termNames ? { names: document.termNames } : {},
      ).map(([label, words]) => row(label, words)),
      heading('What was read'),
      row(
        'Reads',
        `${scorecard.reads} reads of ${scorecard.cases} cases by ${scorecard.readers} readers${scorecard.assisted ? ', assisted' : ''}`,
      ),
      ...document.batches.map((batch) =>
        row(
          batch.sequence === 1 ? 'Order' : `Batch ${batch.sequence}`,
          `${utc(batch.orderedAt)}; ${batch.cases} cases, ${batch.overlap} reads each; protocol version ${batch.protocolVersion} (${batch.protocolSha256})`,
        ),
      ),
      ...document.goldSets.map((set) => row(`Gold set ${set.version}`, set.contentSha256)),
      heading(`Verdict: ${VERDICTS[scorecard.verdict]}`),
      ...scorecard.criteria.map(criterion),
      row('Cost per read', cost(scorecard.costs.perReadMinor, scorecard.costs.currency)),
      row('Per final label', cost(scorecard.costs.perFinalLabelMinor, scorecard.costs.currency)),
      row('Per correct label', cost(scorecard.costs.perCorrectLabelMinor, scorecard.costs.currency)),
      row('Scorecard', `${utc(scorecard.computedAt)}, method ${scorecard.methodVersion}`),
      row('Its SHA-256', scorecard.contentSha256),
      ...subgroupLines(document),
      heading(`Decision: ${DECISIONS[decision.decision]}`),
      ...(decision.shareBasisPoints === null
        ? []
        : [row('Share of the work', `${decision.shareBasisPoints / 100} %`)]),
      ...(decision.reason === '' ? [] : [row('Reason', decision.reason)]),
      heading('Signature'),
      row('Name as typed', signature.typedName),
      row('Signs for', parties.sponsor.legalName),
      row('Meaning', signature.meaning),
      row('Time (UTC)', signature.signedAt),
      row('Identity proven by', signature.authMethod),
      row('Signed SHA-256', signature.contentSha256),
      row('Signature id', signature.signatureId),
    ],
  });
}

function heading(words: string): ReactElement {
  return h(Text, { key: words, style: styles.heading, minPresenceAhead: 40 }, words);
}

function criterion(line: Line): ReactElement {
  const { value, ci, n } = line.measurement;
  const figure = (x: number) => (line.unit === '' ? x.toFixed(3) : x.toFixed(1));
  const seen =
    value === null
      ? 'not measured'
      : `${figure(value)}${ci === null ? '' : ` [${figure(ci[0])}, ${figure(ci[1])}]`}, n ${n}`;
  const sign = line.direction === 'at_least' ? '≥' : '≤';
  return h(
    View,
    { key: line.key, wrap: false },
    row(
      line.label,
      `${VERDICTS[line.verdict]}: ${seen}; asked ${sign} ${figure(line.threshold)}${line.unit === '' ? '' : ` ${line.unit}`}`,
    ),
  );
}

const utc = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
const money = (minor: number, currency: string) => `${currency} ${(minor / 100).toFixed(2)}`;
const cost = (minor: number | null, currency: string) =>
  minor === null ? 'not known without a reference' : money(minor, currency);
