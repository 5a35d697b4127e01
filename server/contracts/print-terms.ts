import { Text, View } from '@react-pdf/renderer';
import { createElement as h } from 'react';
import type { PrintFrame } from '#server/agreements/render-pdf.ts';
import { sayMinor } from '#server/core/money.ts';
import { printPdf, pdfRow as row, pdfStyles as styles } from '#server/files/print-pdf.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { ContractTerms } from './schemas.ts';

/** Everything printed in a version of a contract; the same facts make the same bytes. */
export type TermsDocument = {
  contractId: string;
  version: number;
  sponsor: string;
  vendor: string;
  platform: string;
  project: string;
  currency: string;
  terms: ContractTerms;
  effectiveOn: string;
  reason: string;
  changes: readonly string[];
  createdAt: Date;
};

/** The frame of a printed version, for its pages and its evidence page. */
export function termsFrame(document: TermsDocument): PrintFrame & { reference: string } {
  const title = `Order under contract, version ${document.version}`;
  return {
    title,
    footer: `${title}, ${document.contractId}`,
    createdAt: document.createdAt,
    reference: `${title}, contract ${document.contractId}`,
  };
}

/** The terms as numbered headings with sentences: what is printed, and what the screens say. */
export function termsInWords(terms: ContractTerms, currency: string): { heading: string; says: string[] }[] {
  const money = (amountMinor: bigint) => `${currency} ${sayMinor({ amountMinor, currency })}`;
  const percent = (basisPoints: number) => `${basisPoints / 100} %`;
  const { volume, serviceLevels: sla, substitution, nonSolicitation } = terms;
  return [
    {
      heading: 'Rate card',
      says: [
        ...terms.rateCard.map(
          (tier) =>
            `${tier.tier}: ${money(tier.pricePerReadMinor)} for a case read by one person. ${tier.definition}`,
        ),
        ...(terms.ceilingMinor === null
          ? []
          : [
              `All reads under this contract together cost at most ${money(terms.ceilingMinor)} before the platform fee; a batch that would go beyond is not opened, and gets no more cases.`,
            ]),
        `The prices are for reading by protocol version ${terms.protocolVersion} and by later ones that are not breaking. A batch keeps the price under which it was opened.`,
      ],
    },
    {
      heading: 'Monthly volume',
      says: [
        volume === null
          ? 'No volume is held ready; batches are ordered one by one.'
          : `${volume.readsPerMonth.toLocaleString('en')} reads a month for ${volume.months} ${volume.months === 1 ? 'month' : 'months'} from ${volume.firstMonth}. A batch calls off the most reads that it may come to in the month in which it is opened, and those of cases that are added later in the month in which they are added; what is not called off is not carried over.`,
      ],
    },
    { heading: 'Service levels', says: sla === null ? ['None are agreed.'] : slaInWords(sla, percent) },
    {
      heading: 'Substitution',
      says: [
        substitution.perMonth === null
          ? 'Named people may be replaced by others who meet the project’s rule.'
          : `At most ${substitution.perMonth} people a month may join who were not named in the bid; each meets the project’s rule.`,
      ],
    },
    {
      heading: 'Engaging each other’s people',
      says: [
        nonSolicitation === null
          ? 'No rule is agreed.'
          : `The sponsor engages people who have read for it through the vendor directly only ${nonSolicitation.months} months after that work has ended${nonSolicitation.protects === 'both' ? '; the vendor engages readers of the sponsor’s panel of this project only after the same time' : ''}. Whoever worked directly with that side before is free.`,
      ],
    },
  ];
}

function slaInWords(
  sla: NonNullable<ContractTerms['serviceLevels']>,
  percent: (basisPoints: number) => string,
): string[] {
  return [
    ...(sla.turnaroundDays === null
      ? []
      : [
          `Every batch is read within ${sla.turnaroundDays} ${sla.turnaroundDays === 1 ? 'day' : 'days'} of its opening, or of the last time that cases were added to it; days on which the sponsor paused it do not count.`,
        ]),
    ...(sla.accuracy === null
      ? []
      : [
          `Accuracy of ${sla.accuracy.field} on gold: the lower bound of its 95 % interval is at least ${sla.accuracy.atLeast}. A batch whose interval holds the target is undecided, and nothing follows.`,
        ]),
    ...(sla.readsPerDay === null
      ? []
      : [`At least ${sla.readsPerDay.toLocaleString('en')} reads a day, on average over a batch.`]),
    `For each target missed, the vendor gives back ${percent(sla.creditBasisPoints)} of what the batch earned, at most ${percent(sla.capBasisPoints)}. The vendor can dispute it within 7 days; then it is taken from its balance. The platform fee is not changed, and nobody’s pay per case is.`,
  ];
}

/** The version as PDF bytes, ready to be stored, hashed and signed. */
export function printTerms(document: TermsDocument): Promise<Uint8Array> {
  const frame = termsFrame(document);
  const { title, footer, createdAt } = frame;
  return printPdf({
    title,
    footer,
    createdAt,
    body: [
      h(Text, { key: 'title', style: styles.title }, frame.title),
      h(Text, { key: 'meta', style: styles.meta }, `Contract ${document.contractId}`),
      row('Sponsor', document.sponsor),
      row('Vendor', document.vendor),
      row('Project', document.project),
      row('Holds from', `${sayDay(document.effectiveOn)} (UTC), or when both have signed if that is later`),
      row('Reason', document.reason),
      row('Changes', document.changes.length === 0 ? 'none' : document.changes.join('; ')),
      h(View, { key: 'rule', style: styles.rule }),
      h(
        Text,
        { key: 'under', style: styles.paragraph },
        `An order under the services agreements that the sponsor and the vendor each have with ${document.platform}, which contracts with both.`,
      ),
      ...termsInWords(document.terms, document.currency).map((part, index) =>
        h(
          View,
          { key: part.heading, wrap: false },
          h(Text, { style: styles.heading }, `${index + 1}. ${part.heading}`),
          ...part.says.map((sentence) => h(Text, { key: sentence, style: styles.paragraph }, sentence)),
        ),
      ),
      h(View, { key: 'end', style: styles.rule }),
      h(
        Text,
        { key: 'how', style: styles.paragraph },
        'Signed electronically by both parties. The signatures, the times and the SHA-256 of this document are on the evidence page of the sealed copy.',
      ),
    ],
  });
}
