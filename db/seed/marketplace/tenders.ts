import type { LabelField } from '#server/protocols/schemas.ts';

/** How far a pilot of a tender has come. */
export type Outcome =
  | 'ordered'
  | 'reading'
  | 'given_up'
  | 'pass'
  | 'inconclusive'
  | 'fail'
  | 'awarded'
  | 'split'
  | 'declined'
  | 'retry'
  | 'extended';

export type Tender = {
  title: string;
  sponsor: 0 | 1 | 2;
  modality: string;
  anatomy: string;
  specialty: string;
  options: readonly string[];
  type: 'ordinal' | 'categorical';
  call: 'none' | 'draft' | 'open' | 'closed' | 'decided';
  visibility?: 'public' | 'invited' | 'private';
  isSealed?: boolean;
  /** Days from today at which bids end, or ended. */
  closesIn: number;
  /** Bids in each state besides those with a pilot. */
  bids: Partial<Record<'draft' | 'submitted' | 'shortlisted' | 'declined' | 'withdrawn' | 'expired', number>>;
  pilots: readonly Outcome[];
  priceMinor: number;
  /** What bidders are told that a bid may come to at most, as a multiple of the asking price; nothing when left out. */
  ceiling?: number;
  /** Technical staff may read too, under experts. */
  technicians?: { kind: 'technologist_certification'; specialty: string };
  /** The first bidder is the market's largest vendor. */
  isForLargest?: boolean;
  /** Its two halves are at work: a shared batch, a weighted sample, a part read again. */
  isShared?: boolean;
  /** People on their own account sit its exam and read, while vendors still bid. */
  isReadDirectly?: boolean;
};

/** The work that is on the market: calls, bids and pilots in every state they can be in. */
export const TENDERS: readonly Tender[] = [
  {
    title: 'Chest radiograph triage',
    sponsor: 0,
    modality: 'Radiograph',
    anatomy: 'Chest',
    specialty: 'Diagnostic Radiology',
    options: ['Normal', 'Chronic', 'Acute'],
    type: 'categorical',
    call: 'open',
    closesIn: 9,
    bids: { submitted: 9, shortlisted: 2, draft: 1, withdrawn: 2, declined: 1 },
    pilots: [],
    isReadDirectly: true,
    ceiling: 1.4,
    priceMinor: 180,
  },
  {
    title: 'Mammographic density',
    sponsor: 0,
    modality: 'Mammogram',
    anatomy: 'Breast',
    specialty: 'Diagnostic Radiology',
    options: ['A', 'B', 'C', 'D'],
    type: 'ordinal',
    call: 'open',
    isSealed: true,
    closesIn: 4,
    bids: { submitted: 5 },
    pilots: [],
    priceMinor: 240,
  },
  {
    title: 'Brain MRI: acute infarct',
    sponsor: 0,
    modality: 'MRI',
    anatomy: 'Brain',
    specialty: 'Diagnostic Radiology',
    options: ['Absent', 'Present'],
    type: 'categorical',
    call: 'closed',
    closesIn: -11,
    bids: { submitted: 3, shortlisted: 1 },
    pilots: ['ordered', 'reading', 'given_up'],
    ceiling: 1.3,
    priceMinor: 520,
  },
  {
    title: 'Fundus photographs: retinopathy grade',
    sponsor: 0,
    modality: 'Fundus photograph',
    anatomy: 'Retina',
    specialty: 'Ophthalmology',
    options: ['None', 'Mild', 'Moderate', 'Severe'],
    type: 'ordinal',
    call: 'closed',
    closesIn: -12,
    bids: { submitted: 4, declined: 2 },
    pilots: ['pass', 'inconclusive', 'fail'],
    priceMinor: 150,
  },
  {
    title: 'Abdominal CT: appendicitis',
    sponsor: 0,
    modality: 'CT',
    anatomy: 'Abdomen',
    specialty: 'Diagnostic Radiology',
    options: ['Absent', 'Present'],
    type: 'categorical',
    call: 'decided',
    closesIn: -14,
    bids: { declined: 4 },
    pilots: ['split', 'split', 'declined'],
    ceiling: 1.5,
    priceMinor: 610,
  },
  {
    title: 'Twelve-lead ECG: rhythm',
    sponsor: 1,
    modality: 'ECG',
    anatomy: 'Heart',
    specialty: 'Cardiology',
    options: ['Sinus', 'Atrial fibrillation', 'Other'],
    type: 'categorical',
    call: 'open',
    visibility: 'invited',
    closesIn: 12,
    bids: { submitted: 6, draft: 1 },
    pilots: [],
    priceMinor: 95,
  },
  {
    title: 'Echocardiogram: view',
    sponsor: 1,
    modality: 'Ultrasound',
    anatomy: 'Heart',
    specialty: 'Cardiology',
    options: ['Apical', 'Parasternal', 'Subcostal'],
    type: 'categorical',
    call: 'closed',
    closesIn: -13,
    bids: { submitted: 2, expired: 2 },
    pilots: ['retry', 'extended'],
    priceMinor: 130,
  },
  {
    title: 'Coronary CT: stenosis',
    sponsor: 1,
    modality: 'CT',
    anatomy: 'Heart',
    specialty: 'Cardiology',
    options: ['0–24 %', '25–49 %', '50–69 %', '70 % or more'],
    type: 'ordinal',
    call: 'draft',
    closesIn: 20,
    bids: {},
    pilots: [],
    ceiling: 1.25,
    priceMinor: 700,
  },
  {
    title: 'Holter recordings: pauses',
    sponsor: 1,
    modality: 'ECG',
    anatomy: 'Heart',
    specialty: 'Cardiology',
    options: ['None', 'Present'],
    type: 'categorical',
    call: 'none',
    closesIn: 0,
    bids: {},
    pilots: [],
    priceMinor: 110,
  },
  {
    title: 'Prostate biopsies: grade group',
    sponsor: 2,
    modality: 'Histopathology',
    anatomy: 'Prostate',
    specialty: 'Pathology',
    options: ['Benign', 'Group 1', 'Groups 2–3', 'Groups 4–5'],
    type: 'ordinal',
    call: 'open',
    closesIn: 2,
    bids: { submitted: 10, shortlisted: 3 },
    pilots: [],
    priceMinor: 430,
  },
  {
    title: 'Breast biopsies: HER2',
    sponsor: 2,
    modality: 'Histopathology',
    anatomy: 'Breast',
    specialty: 'Pathology',
    options: ['0', '1+', '2+', '3+'],
    type: 'ordinal',
    call: 'open',
    visibility: 'private',
    isSealed: true,
    closesIn: 6,
    bids: { submitted: 3 },
    pilots: [],
    priceMinor: 390,
  },
  {
    title: 'Skin lesions: melanoma or not',
    sponsor: 2,
    modality: 'Dermoscopy',
    anatomy: 'Skin',
    specialty: 'Dermatology',
    options: ['Not suspicious', 'Suspicious'],
    type: 'categorical',
    call: 'decided',
    closesIn: -14,
    bids: { declined: 3, expired: 1 },
    pilots: ['split', 'split'],
    isShared: true,
    priceMinor: 160,
  },
  {
    title: 'Wrist radiographs: fracture',
    sponsor: 0,
    modality: 'Radiograph',
    anatomy: 'Wrist',
    specialty: 'Diagnostic Radiology',
    technicians: { kind: 'technologist_certification', specialty: 'Radiography' },
    isForLargest: true,
    options: ['None', 'Doubtful', 'Fracture'],
    type: 'ordinal',
    call: 'decided',
    closesIn: -14,
    bids: { declined: 3 },
    pilots: ['awarded'],
    priceMinor: 140,
    ceiling: 1.3,
  },
];

export const FIELD = 'finding';

/** The one field of a tender's protocol. */
export function fieldOf(tender: Tender): LabelField {
  return {
    key: FIELD,
    label: nameOf(tender),
    type: tender.type,
    definition: `What the ${tender.modality.toLowerCase()} shows.`,
    required: true,
    options: tender.options.map((label, index) => ({ value: String(index), label })),
  };
}

/** What is asked, as the title says it after its colon. */
function nameOf({ title }: Tender): string {
  const asked = title.split(': ')[1] ?? 'Finding';
  return asked.charAt(0).toUpperCase() + asked.slice(1);
}
