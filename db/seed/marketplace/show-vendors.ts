import type { Database } from '#db/client.ts';
import { signInMember } from '#db/seed/factories/identity.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, type manualClock, plus } from '#server/core/clock.ts';
import { addSample } from '#server/vendors/add-sample.ts';
import { reviewEvidence } from '#server/vendors/decide-evidence.ts';
import { addReference, saveProfile } from '#server/vendors/edit-profile.ts';
import type { EvidenceKind } from '#server/vendors/schemas.ts';
import { uploadEvidence } from '#server/vendors/upload-evidence.ts';
import type { CrowdVendor } from './crowd.ts';
import { between, chance, pick } from './random.ts';

type Clock = ReturnType<typeof manualClock>;

const DOCUMENTS: readonly { kind: EvidenceKind; issuer: string; scope: string }[] = [
  { kind: 'soc2_type2', issuer: 'Prescient Assurance LLC', scope: 'Annotation platform and reading rooms' },
  { kind: 'iso27001', issuer: 'BSI Assurance', scope: 'Reading, review and support, all sites' },
  { kind: 'hipaa_audit', issuer: 'Coalfire', scope: 'Security Rule, readers at home included' },
  { kind: 'hitrust_i1', issuer: 'HITRUST Services Corp.', scope: 'Annotation platform' },
  { kind: 'liability_insurance', issuer: 'Beazley', scope: 'USD 5 million a claim, worldwide' },
];
/** What holds from a day on; the others speak of a period that has ended. */
const RUNS_AHEAD: ReadonlySet<EvidenceKind> = new Set(['iso27001', 'hitrust_i1', 'liability_insurance']);
const CLIENTS = [
  'Fjord Diagnostics',
  'Calder Medical Imaging',
  'Ostrava University Hospital',
  'Tern Health AI',
  'Kestrel Pharma',
  'Loma Vista Health',
];
const WORK = [
  'Double reads of chest radiographs with adjudication, 42,000 cases',
  'Polyp outlines on colonoscopy frames, reviewed by gastroenterologists',
  'Graded fundus photographs for a marketing clearance',
  'Rhythm labels of Holter recordings, three readers a strip',
  'Gleason patterns on prostate biopsies for a reader study',
];

/** What two vendors in three show of themselves: profile, reviewed and waiting documents, clients, a sample with its file. */
export async function showVendors(
  db: Database,
  input: { clock: Clock; operator: OrgContext; vendors: readonly CrowdVendor[] },
): Promise<void> {
  const { clock, operator } = input;
  for (const [place, vendor] of input.vendors.entries()) {
    if (place % 3 === 2) continue;
    const org = { id: vendor.orgId, kind: 'vendor' as const, verified: true };
    const owner = await signInMember(db, { org, roles: ['vendor_owner'], person: vendor.owner, clock });
    await writeProfile(owner, vendor, place);
    await handInDocuments(owner, { clock, operator, place });
    for (let n = 0; n < place % 4; n += 1) {
      const yearFrom = between(2016, 2023, 230 + n, place);
      await addReference(owner, {
        client: pick(CLIENTS, 210 + n, place),
        work: pick(WORK, 220 + n, place),
        yearFrom,
        yearTo: chance(240 + n, place) < 0.4 ? null : Math.min(2025, yearFrom + 2),
        mayShow: true,
      });
    }
  }
}

async function writeProfile(owner: OrgContext, vendor: CrowdVendor, place: number): Promise<void> {
  const focus = [...new Set(vendor.people.flatMap((one) => (one.specialty ? [one.specialty] : [])))];
  await saveProfile(owner, {
    about: `${vendor.name} has read for makers of clinical software since ${2008 + (place % 12)}. Every project has a lead who reads with the team and reviews a tenth of its cases.`,
    regions: [...new Set([vendor.country, ...vendor.people.map((one) => one.country)])].slice(0, 6),
    focus: focus.slice(0, 5),
  });
  await addSample(owner, {
    meta: {
      kind: place % 2 === 0 ? 'sample_output' : 'case_study',
      title: place % 2 === 0 ? 'Twenty reads of a public set' : 'From two readers to three in a fortnight',
      body:
        place % 2 === 0
          ? 'Answers of three readers with the settled label, on cases of a public teaching set.'
          : 'How agreement rose after a rewritten guideline and a paid calibration, on synthetic cases.',
      attestation: { noProtectedData: true, rightToShow: true, noClientSecret: true, sourceIsSafe: true },
      findingsAnswer: null,
    },
    file:
      place % 2 === 0
        ? {
            bytes: new TextEncoder().encode('case,reader,answer\n1,A,present\n1,B,present\n2,A,absent\n'),
            fileName: 'public-set-reads.csv',
          }
        : null,
  });
}

/** Some of the documents; most compared by the operator, the last one waiting, one soon to end. */
async function handInDocuments(
  owner: OrgContext,
  at: { clock: Clock; operator: OrgContext; place: number },
): Promise<void> {
  const { clock, operator, place } = at;
  const day = (days: number) =>
    plus(clock.now(), days * DAY)
      .toISOString()
      .slice(0, 10);
  const held = DOCUMENTS.filter((_, index) => chance(200 + index, place) < 0.6);
  for (const [index, { kind, issuer, scope }] of held.entries()) {
    const { evidenceId } = await uploadEvidence(owner, {
      meta: {
        kind,
        issuer,
        scope,
        ...(RUNS_AHEAD.has(kind)
          ? { periodFrom: day(-60), periodTo: day(300), expiresOn: day(300) }
          : { periodFrom: day(-400 + index), periodTo: day(-36), expiresOn: day(index === 1 ? 40 : 200) }),
        gaps: index === 2 ? 'Access of leavers was ended late in two of forty cases; mended since.' : '',
        isOpenToSponsors: chance(205 + index, place) < 0.5,
      },
      file: { bytes: minimalPdf(`${kind} ${place}`), fileName: `${kind}.pdf` },
    });
    if (index < held.length - 1 || place % 2 === 0)
      await reviewEvidence(operator, {
        evidenceId,
        decision: 'review',
        note: '',
        checked: { issuer: true, scope: true, dates: true },
      });
  }
}

/** A document that opens, with one line on it. */
function minimalPdf(words: string): Uint8Array {
  const stream = `BT /F1 18 Tf 60 740 Td (Example document: ${words}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets: number[] = [];
  objects.forEach((body, index) => {
    offsets.push(text.length);
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return new TextEncoder().encode(text);
}
