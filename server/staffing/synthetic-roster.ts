import {
  BLOCKS_PER_WEEK,
  type Candidate,
  type Estimate,
  type RosterModel,
  type Seat,
} from './roster-model.ts';

/** Numbers from a seed (mulberry32), so that a bench and a failing test can be run again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type SyntheticSize = {
  candidates: number;
  weeks: number;
  /** Seats by kind; the first two are annotators', then reviewers', then adjudicators'. */
  most: readonly [number, number, number, number];
  seed: number;
  /** Reads a week as a share of what the seats could make. */
  load?: number;
  overlap?: number;
  /** Seats that have to be filled, as a share of the most. */
  least?: number;
};

const SEATS: readonly Pick<Seat, 'key' | 'role' | 'label'>[] = [
  { key: 'reader', role: 'annotator', label: 'Trained readers' },
  { key: 'expert', role: 'annotator', label: 'Board-certified readers' },
  { key: 'reviewer', role: 'reviewer', label: 'Reviewers' },
  { key: 'adjudicator', role: 'adjudicator', label: 'Adjudicators' },
];

/** A workforce as vendors have it: most are trained readers, some certified, few may review; hours, speeds, prices differ. */
export function syntheticRoster(size: SyntheticSize): RosterModel {
  const random = seeded(size.seed);
  const candidates = Array.from({ length: size.candidates }, (_, index) =>
    candidateOf(index, size.weeks, random),
  );
  const seats = SEATS.map((seat, index) => {
    const most = size.most[index] ?? 0;
    return { ...seat, least: Math.floor(most * (size.least ?? 0)), most };
  });
  const hoursPerSeat = 16;
  const speed = 45;
  const reads = Math.round(
    ((size.most[0] ?? 0) + (size.most[1] ?? 0)) * hoursPerSeat * speed * (size.load ?? 0.5),
  );
  const each = (items: number) => Array.from({ length: size.weeks }, () => items);
  return {
    weeks: size.weeks,
    objective: 'cost',
    overlap: size.overlap ?? 3,
    seats,
    candidates,
    demand: {
      annotator: each(reads),
      reviewer: each(size.most[2] > 0 ? Math.round(reads * 0.1) : 0),
      adjudicator: each(size.most[3] > 0 ? Math.round(reads * 0.02) : 0),
    },
    onshore: { country: 'US', share: 0.3 },
    annotatorsPerReviewer: size.most[2] > 0 ? 8 : null,
    mostHours: 40,
    leastHours: 4,
    budgetMinor: null,
    coverage: null,
    fixed: [],
  };
}

function candidateOf(index: number, weeks: number, random: () => number): Candidate {
  const isExpert = random() < 0.35;
  const seats = ['reader'];
  if (isExpert) seats[0] = 'expert';
  if (isExpert && random() < 0.45) seats.push('reviewer');
  if (isExpert && random() < 0.15) seats.push('adjudicator');
  const week = 6 + Math.round(random() * 30);
  const speed = 25 + random() * 50;
  const rate = (isExpert ? 4_000 : 1_500) * (0.7 + random() * 0.6);
  const around = (value: number): Estimate => ({ value, lower: value * 0.9, upper: value * 1.1, n: 400 });
  const right = isExpert ? 0.9 + random() * 0.08 : 0.8 + random() * 0.12;
  return {
    personId: `person-${String(index).padStart(4, '0')}`,
    name: `Person ${index + 1}`,
    country: random() < 0.45 ? 'US' : random() < 0.5 ? 'PH' : 'IN',
    seats,
    seatsBarZone: [],
    hours: Array.from({ length: weeks + 4 }, () => (random() < 0.06 ? 0 : week)),
    speed: { annotator: around(speed), reviewer: around(speed * 1.6), adjudicator: around(speed * 0.5) },
    accuracy: { value: right, lower: right - 0.04, upper: Math.min(1, right + 0.03), n: 200 },
    costPerHour: { annotator: rate, reviewer: rate * 1.1, adjudicator: rate * 1.3 },
    blocks: Array.from({ length: weeks * BLOCKS_PER_WEEK }, () => (random() < 0.5 ? 6 : 0)),
  };
}
