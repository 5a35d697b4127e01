import type { Clause } from '#server/agreements/schemas.ts';

/** The frame under which orders are placed with the platform by a sponsor (R1, R2, R13, R29–R33). */
export function sponsorServicesClauses(): Clause[] {
  return [
    {
      key: 'contracting_party',
      heading: 'Who contracts with whom',
      text: 'The Client contracts with the Platform alone. The Platform engages vendors and independent annotators in its own name; an award in the product is an order under this agreement and under theirs.',
    },
    {
      key: 'orders',
      heading: 'Orders',
      text: 'A pilot order and an award fix price per read, fee, share and protocol version. A bid is binding until 30 days after the verdict on its pilot; a price changes only with a breaking change of the protocol, by amendment.',
    },
    {
      key: 'fee',
      heading: 'Platform fee',
      text: "The Platform's fee is a percentage of accepted paid reads, locked in each order and shown as a line of its own. It is added to, and never taken out of, what vendors and annotators are paid.",
    },
    {
      key: 'payment',
      heading: 'Funding and payment',
      text: 'A batch opens only for what the Client has funded. What a batch reserves and does not spend is refundable at its settlement. Every valid read is paid, whether a pilot passes or fails.',
    },
    {
      key: 'fair_rejection',
      heading: 'Rejection',
      text: 'A read is rejected only by a person, within the review period, with evidence and for one of these reasons: no effort, a protocol rule broken, wrong case, not the own work, duplicate. Disagreement is never a reason. The annotator may appeal within seven days.',
    },
    {
      key: 'ownership',
      heading: 'Ownership',
      text: 'Labels, gold answers and protocols belong to the Client on payment. Rejected and unpaid reads are not used in any export, consensus or score.',
    },
    dataClause('The Client states what each data set is and on what legal basis it may be used.'),
    {
      key: 'relationship',
      heading: 'Independent parties',
      text: 'The parties are independent. The Client does not direct the people of vendors or independent annotators other than through the signed protocol and the answers to questions about cases.',
    },
    endingClause,
  ];
}

/** The frame under which a vendor or an independent annotator works for the platform (R19, R20, R30–R32). */
export function supplierServicesClauses(): Clause[] {
  return [
    {
      key: 'contracting_party',
      heading: 'Who contracts with whom',
      text: 'The Supplier contracts with the Platform alone, which orders on behalf of its own contract with a sponsor. An award or an accepted offer in the product is an order under this agreement.',
    },
    {
      key: 'orders',
      heading: 'Orders',
      text: 'An order fixes the price per read, the protocol version, location limits and dates. The price that holds when a case is claimed is the price paid for it; it is never lowered afterwards.',
    },
    {
      key: 'fee',
      heading: 'No fee from the Supplier',
      text: "The Platform charges its fee to the sponsor. Nothing is deducted from the Supplier's price, and joining, exams and withdrawal of earnings are free of charge.",
    },
    {
      key: 'payment',
      heading: 'Payment',
      text: 'A read is accepted at the latest when the review period ends, and is payable on acceptance. Pilot, exam, calibration and gold reads are payable on valid submission. Payment goes to the payee fixed by the engagement.',
    },
    {
      key: 'fair_rejection',
      heading: 'Rejection and appeal',
      text: 'A read is rejected only by a person, within the review period, with evidence and for a reason on the closed list of the product. Disagreement or a missed gold case is never a reason. An appeal within seven days is decided by someone else; if it succeeds the read is paid.',
    },
    {
      key: 'ownership',
      heading: 'Ownership',
      text: 'Rights in labels pass to the sponsor on payment. Before that, and for rejected reads for ever, nobody may use them.',
    },
    dataClause(
      'The Supplier signs the agreements that the class of data asks for before any of it is shown.',
    ),
    {
      key: 'relationship',
      heading: 'Workforce and subcontractors',
      text: 'A vendor attests for each of its people that they are employed by it or under its direct control and trained in privacy. An independent annotator is a subcontractor of the Platform, free to decline work and to work for others.',
    },
    endingClause,
  ];
}

function dataClause(duty: string): Clause {
  return {
    key: 'protected_data',
    heading: 'Protected data',
    text: `${duty} The product shows a file only while every agreement in the chain is in force, and records each opening.`,
  };
}

const endingClause: Clause = {
  key: 'ending',
  heading: 'Ending',
  text: 'Either party may end this agreement with 30 days notice, and at once for a serious breach. Work under way is finished within its lease and paid unless access to protected data has ended, in which case the time spent is paid in proportion.',
};
