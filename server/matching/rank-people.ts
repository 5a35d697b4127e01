import { type Bitmap, countBits, hasBit } from './bitmap.ts';
import { NOT_KNOWN } from './people-columns.ts';
import { daysOf, MEASURED_FROM, PEOPLE_GATES, type PeopleGate, type PeopleQuery } from './people-facts.ts';
import type { Derived, PeopleIndex } from './people-index.ts';
import { PARTS, type Part, type Weights } from './weights.ts';

/** One place in so many is kept for somebody who has not been measured yet, or nobody new would ever be. */
export const NEWCOMER_EVERY = 10;
/** The working day that overlap is reckoned by: ten hours, 8 to 18 of local time. */
export const WORKING_QUARTERS = 40;
const QUARTERS_A_DAY = 96;

export type PeopleRequest = PeopleQuery & {
  /** Kind of work that accuracy is looked for, e.g. `CT/chest`. */
  taskType: string;
  /** Where the sponsor works; null weighs no time zone. */
  utcOffsetMinutes: number | null;
  weights: Weights;
  /** Decides between equals, another way in each project; and nothing else. */
  seed: number;
  limit: number;
};

export type RankedPerson = {
  personId: string;
  orgIds: readonly string[];
  score: number;
  /** 0 … 1, null where nothing is known. */
  parts: Record<Part, number | null>;
  /** What accuracy rests on: answers, and whether they were of this kind of work. */
  accuracyN: number;
  isLike: boolean;
  /** Not measured yet: stands here because places are kept. */
  isNewcomer: boolean;
};

export type PeopleRanking = {
  qualified: number;
  people: RankedPerson[];
};

/**
 * Ranks everybody who passes the gates by the weighted sum of the parts; every tenth place at the latest is the best newcomer's. The same facts
 * and seed give the same order whatever order the index was built in. Cost: one pass over those who pass.
 */
export function rankPeople(index: PeopleIndex, request: PeopleRequest): PeopleRanking {
  const { passing } = index.gates(request);
  const weigh = weigher(index, request, cheapestOf(index, passing, request.currency));
  const chosen = withRoomForNew(
    bestOf(index, request, { passing, newcomers: false, weigh }),
    bestOf(index, request, { passing, newcomers: true, weigh }),
    request.limit,
  );
  return {
    qualified: countBits(passing),
    people: chosen.map((one) => describePerson(index, request, one, weigh)),
  };
}

/** The best so many of those who pass, the newcomers or the others. A word of people of whom nobody scores enough to come in costs one look. */
function bestOf(
  index: PeopleIndex,
  request: PeopleRequest,
  of: { passing: Bitmap; newcomers: boolean; weigh: Weigher },
): Scored[] {
  const { passing } = of;
  const { isNewcomer } = index.columns;
  const { column, maxima } = of.weigh.scores;
  const flip = of.newcomers ? 0 : -1;
  const best = new Best(index, request);
  for (let word = 0; word < passing.length; word += 1) {
    if ((maxima[word] as number) < best.least) continue;
    let bits = (passing[word] as number) & ((isNewcomer[word] as number) ^ flip);
    while (bits !== 0) {
      const place = (word << 5) + 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      best.offer(place, column[place] as number);
    }
  }
  return best.sorted();
}

/** One person as the ranking would show them, whether or not they pass; null for somebody unknown. */
export function scorePerson(
  index: PeopleIndex,
  request: PeopleRequest,
  personId: string,
): RankedPerson | null {
  const place = index.placeOf(personId);
  if (place === undefined) return null;
  const weigh = weigher(index, request, cheapestOf(index, index.gates(request).passing, request.currency));
  return describePerson(index, request, { place, score: weigh.scores.column[place] ?? 0 }, weigh);
}

/** The gates that a person does not pass; null for somebody unknown. */
export function gatesOfPerson(
  index: PeopleIndex,
  query: PeopleQuery,
  personId: string,
): Record<PeopleGate, boolean> | null {
  const place = index.placeOf(personId);
  if (place === undefined) return null;
  const { byGate } = index.gates(query);
  return Object.fromEntries(PEOPLE_GATES.map((gate) => [gate, hasBit(byGate[gate], place)])) as Record<
    PeopleGate,
    boolean
  >;
}

/**
 * Both lists, each best first, as one by score, in which every `NEWCOMER_EVERY`th place at the latest is the best newcomer's; nobody
 * else's order changes.
 */
export function withRoomForNew<One extends { score: number }>(
  measured: readonly One[],
  newcomers: readonly One[],
  limit: number,
): One[] {
  const order: One[] = [];
  let m = 0;
  let n = 0;
  while (order.length < limit) {
    const [known, fresh] = [measured[m], newcomers[n]];
    if (known === undefined && fresh === undefined) break;
    const isKept = (order.length + 1) % NEWCOMER_EVERY === 0;
    const takeFresh = fresh !== undefined && (isKept || known === undefined || fresh.score > known.score);
    if (takeFresh) n += 1;
    else m += 1;
    const next = takeFresh ? fresh : known;
    if (next !== undefined) order.push(next);
  }
  return order;
}

type Weigher = {
  cheapest: number;
  /** Shared working hours by quarter hours east of UTC + 128. */
  zones: Float64Array;
  /** What everybody scores. */
  scores: Derived;
};

/**
 * What everybody scores: the weighted sum of the parts. It is asked of all who pass, so it is kept; and so is what follows from
 * the person and the kind of work alone, which sponsors in other time zones and with other prices share.
 */
function weigher(index: PeopleIndex, request: PeopleRequest, cheapest: number): Weigher {
  const { columns } = index;
  const { weights, today, taskType } = request;
  const day = daysOf(today);
  const kept = [taskType, today, ...PARTS.map((part) => weights[part])].join('/');
  const ownOf = (place: number) =>
    weights.accuracy * counted(index.skillAt(place, taskType).lower) +
    weights.reliability * counted(columns.reliability[place] ?? NOT_KNOWN) +
    weights.throughput * counted(columns.speed[place] ?? NOT_KNOWN) +
    weights.capacity * counted(columns.time[place] ?? NOT_KNOWN) +
    weights.freshness * counted(index.freshnessAt(place, day));
  const own = index.derived(kept, ownOf).column;
  const zones = timezoneOverlaps(request.utcOffsetMinutes);
  const byZone = zones.map((share) => weights.timezone * counted(share));
  const byPrice = weights.price * cheapest;
  const unpriced = weights.price * counted(NOT_KNOWN);
  const priced = index.prices.of(request.currency)?.inverse;
  const restOf = (place: number) => {
    const inverse = priced === undefined ? NOT_KNOWN : (priced[place] as number);
    return (
      (inverse < 0 ? unpriced : byPrice * inverse) +
      (byZone[(columns.offset[place] as number) + 128] as number)
    );
  };
  const scores = index.derived(
    `${kept}/${cheapest} ${request.currency}/${request.utcOffsetMinutes}`,
    // Rounded as the kept column is, so that the same facts score the same by either way.
    (place) => Math.fround(ownOf(place)) + restOf(place),
    (place) => (own[place] as number) + restOf(place),
  );
  return { cheapest, zones, scores };
}

/** A part that nobody knows counts the middle, so that nobody wins or loses by it. */
function counted(part: number): number {
  return part < 0 ? 0.5 : part;
}

/** The lowest price of the set in a currency; infinite when none is known. */
function cheapestOf(index: PeopleIndex, set: Bitmap, currency: string): number {
  const priced = index.prices.of(currency);
  if (priced === null) return Number.POSITIVE_INFINITY;
  const { inverse: inverses, maxima } = priced;
  let highest = 0;
  for (let word = 0; word < set.length; word += 1) {
    let bits = (maxima[word] as number) > highest ? (set[word] as number) : 0;
    while (bits !== 0) {
      const inverse = inverses[(word << 5) + 31 - Math.clz32(bits & -bits)] as number;
      bits &= bits - 1;
      if (inverse > highest) highest = inverse;
    }
  }
  return 1 / highest;
}

/** Share of the working day that both work, by quarter hours east of UTC + 128; NOT_KNOWN everywhere without a sponsor's zone. */
export function timezoneOverlaps(utcOffsetMinutes: number | null): Float64Array {
  if (utcOffsetMinutes === null) return new Float64Array(256).fill(NOT_KNOWN);
  return Float64Array.from(sharedQuarters(utcOffsetMinutes), (quarters) => quarters / WORKING_QUARTERS);
}

/** Quarter hours of the working day that both work, of `WORKING_QUARTERS`, by quarter hours east of UTC + 128. */
export function sharedQuarters(utcOffsetMinutes: number): Uint8Array {
  const shared = new Uint8Array(256);
  const own = Math.round(utcOffsetMinutes / 15);
  for (let offset = -128; offset < 128; offset += 1) {
    const apart = (((offset - own) % QUARTERS_A_DAY) + QUARTERS_A_DAY) % QUARTERS_A_DAY;
    const shift = Math.min(apart, QUARTERS_A_DAY - apart);
    shared[offset + 128] = Math.max(0, WORKING_QUARTERS - shift);
  }
  return shared;
}

function describePerson(
  index: PeopleIndex,
  request: PeopleRequest,
  { place, score }: Scored,
  { cheapest, zones }: Weigher,
): RankedPerson {
  const { columns } = index;
  const skill = index.skillAt(place, request.taskType);
  const inverse = index.prices.of(request.currency)?.inverse[place] ?? NOT_KNOWN;
  const known = (part: number | undefined) => (part === undefined || part < 0 ? null : part);
  return {
    personId: index.idAt(place),
    orgIds: index.orgsAt(place),
    score,
    parts: {
      accuracy: known(skill.lower),
      reliability: known(columns.reliability[place]),
      throughput: known(columns.speed[place]),
      capacity: known(columns.time[place]),
      price: inverse < 0 ? null : cheapest * inverse,
      timezone: known(zones[(columns.offset[place] ?? 0) + 128]),
      freshness: known(index.freshnessAt(place, daysOf(request.today))),
    },
    accuracyN: skill.n,
    isLike: skill.isLike,
    isNewcomer: (columns.accuracyN[place] ?? 0) < MEASURED_FROM,
  };
}

type Scored = { place: number; score: number };

/** The best so many places, as a heap with the worst of them on top. */
class Best {
  private readonly places: number[] = [];
  private readonly scores: number[] = [];
  private readonly index: PeopleIndex;
  private readonly seed: number;
  private readonly limit: number;

  constructor(index: PeopleIndex, request: { seed: number; limit: number }) {
    this.index = index;
    this.seed = request.seed;
    this.limit = request.limit;
  }

  /** What has to be scored to come in; anything while there is room. */
  get least(): number {
    return this.places.length < this.limit ? Number.NEGATIVE_INFINITY : (this.scores[0] ?? 0);
  }

  offer(place: number, score: number): void {
    if (this.places.length < this.limit) {
      this.places.push(place);
      this.scores.push(score);
      this.rise(this.places.length - 1);
      return;
    }
    const worst = this.scores[0] ?? Number.POSITIVE_INFINITY;
    if (score < worst || (score === worst && !this.isBefore(place, score, this.places[0] ?? 0, worst)))
      return;
    this.places[0] = place;
    this.scores[0] = score;
    this.sink(0);
  }

  sorted(): Scored[] {
    return this.places
      .map((place, n) => ({ place, score: this.scores[n] ?? 0 }))
      .sort((a, b) => (this.isBefore(a.place, a.score, b.place, b.score) ? -1 : 1));
  }

  /** Higher score first; equals by a number that the project's seed mixes from their ids, then by id. */
  private isBefore(place: number, score: number, other: number, otherScore: number): boolean {
    if (score !== otherScore) return score > otherScore;
    const a = this.lot(place);
    const b = this.lot(other);
    return a !== b ? a < b : this.index.idAt(place) < this.index.idAt(other);
  }

  private lot(place: number): number {
    let mixed = (this.index.columns.idHash[place] ?? 0) ^ this.seed;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  private isWorse(a: number, b: number): boolean {
    return this.isBefore(this.places[b] ?? 0, this.scores[b] ?? 0, this.places[a] ?? 0, this.scores[a] ?? 0);
  }

  private rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let worst = at;
      if (left < this.places.length && this.isWorse(left, worst)) worst = left;
      if (right < this.places.length && this.isWorse(right, worst)) worst = right;
      if (worst === at) return;
      this.swap(at, worst);
      at = worst;
    }
  }

  private swap(a: number, b: number): void {
    const place = this.places[a] ?? 0;
    const score = this.scores[a] ?? 0;
    this.places[a] = this.places[b] ?? 0;
    this.scores[a] = this.scores[b] ?? 0;
    this.places[b] = place;
    this.scores[b] = score;
  }
}
