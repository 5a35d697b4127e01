import type { Candidate, RosterModel, RosterRole, Seat } from './roster-model.ts';

/** What can give when not everything can be met. */
export const GIVING = [
  'demand',
  'people',
  'hours',
  'seats',
  'ratio',
  'onshore',
  'budget',
  'coverage',
  'time_zone',
  'least_hours',
] as const;
export type Giving = (typeof GIVING)[number];

/** A mixed-integer program in rows (CSR), as the solver takes it. Infinity stands for no bound. */
export type Program = {
  cost: number[];
  lower: number[];
  upper: number[];
  isInteger: number[];
  rowLower: number[];
  rowUpper: number[];
  starts: number[];
  indices: number[];
  values: number[];
};

/** Something that gave, and by how much: items, people, hours, share, minor units. */
export type Give = {
  what: Giving;
  role?: RosterRole;
  week?: number;
  seat?: string;
  personId?: string;
  column: number;
};

export type BuiltProgram = {
  program: Program;
  /** Column of the yes/no of a person in a seat. */
  picks: Map<string, { candidate: Candidate; seat: Seat; column: number; hours: (number | null)[] }>;
  covers: { personId: string; week: number; block: number; column: number }[];
  /** By time: cases read in each week. */
  cases: number[];
  gives: Give[];
};

export type ProgramOptions = {
  /** What a wrong read is worth, in minor units. */
  wrongMinor: number;
  /** Constraints that may be broken at a price; the program then makes what gives small, and nothing else. */
  giving?: ReadonlySet<Giving>;
  /** With several: make the number of kinds that give small first. */
  fewestKinds?: boolean;
};

export const MOST_EXTRA_HOURS = 60;
export const MOST_EXTRA_PEOPLE = 200;

export const pickKey = (personId: string, seat: string): string => `${personId}|${seat}`;

/** A program while it is being written: its columns, its rows, and what may give. */
export class ProgramDraft {
  readonly program: Program = {
    cost: [],
    lower: [],
    upper: [],
    isInteger: [],
    rowLower: [],
    rowUpper: [],
    starts: [0],
    indices: [],
    values: [],
  };
  readonly picks: BuiltProgram['picks'] = new Map();
  readonly covers: BuiltProgram['covers'] = [];
  readonly gives: Give[] = [];
  readonly kinds = new Map<Giving, number>();
  /** Extra hours a week for everybody, extra people by role, cases by week: columns that exist only when needed. */
  extraHours: number | null = null;
  extraPeople = new Map<RosterRole, { count: number; hours: number[]; speed: number; cost: number }>();
  cases: number[] = [];
  shorts: number[] = [];

  readonly model: RosterModel;
  readonly options: ProgramOptions;

  constructor(model: RosterModel, options: ProgramOptions) {
    this.model = model;
    this.options = options;
  }

  may(what: Giving): boolean {
    return this.options.giving?.has(what) ?? false;
  }

  get isElastic(): boolean {
    return this.options.giving !== undefined;
  }

  column(cost: number, upper: number, isInteger = false, lower = 0): number {
    const { program } = this;
    // When constraints may give, only what gives has a price.
    program.cost.push(this.isElastic ? 0 : cost);
    program.lower.push(lower);
    program.upper.push(upper);
    program.isInteger.push(isInteger ? 1 : 0);
    return program.cost.length - 1;
  }

  row(lower: number, upper: number, terms: readonly (readonly [column: number, value: number])[]): void {
    const { program } = this;
    for (const [column, value] of terms) {
      if (value === 0) continue;
      program.indices.push(column);
      program.values.push(value);
    }
    program.starts.push(program.indices.length);
    program.rowLower.push(lower);
    program.rowUpper.push(upper);
  }

  /** A column that lets a constraint give; `unit` is how much of it weighs as much as one. */
  give(give: Omit<Give, 'column'>, most: number, unit: number, isInteger = false): number {
    const column = this.column(0, most, isInteger);
    this.program.cost[column] = 1 / unit;
    this.gives.push({ ...give, column });
    const kind = this.kinds.get(give.what);
    if (kind !== undefined)
      this.row(Number.NEGATIVE_INFINITY, 0, [
        [column, 1],
        [kind, -most],
      ]);
    return column;
  }

  /** Columns with what each makes in an hour, of a role in a week. */
  makers(role: RosterRole, week: number): (readonly [number, number])[] {
    const extra = this.extraPeople.get(role);
    const column = extra?.hours[week];
    return [
      ...[...this.picks.values()].flatMap(({ candidate, seat, hours }) => {
        const own = hours[week];
        return seat.role === role && own !== null && own !== undefined
          ? [[own, candidate.speed[role].value] as const]
          : [];
      }),
      ...(extra && column !== undefined ? [[column, extra.speed] as const] : []),
    ];
  }

  picksOf(role: RosterRole) {
    return [...this.picks.values()].filter(({ seat }) => seat.role === role);
  }
}
