import {
  BLOCK_HOURS,
  BLOCKS_PER_WEEK,
  type Candidate,
  type Roster,
  type RosterModel,
  type RosterRole,
  type Seat,
  TOLERANCE,
} from './roster-model.ts';

export type Violation = { rule: string; message: string; by: number };

/**
 * Everything a roster breaks, by how much. Written from the rules and not from the program, and used on every roster whoever
 * made it: what it finds is never shown as a plan. `by` is in the rule's unit (items, people, hours, share, minor units).
 */
export function checkRoster(model: RosterModel, roster: Roster): Violation[] {
  const checker = new Checker(model, roster);
  return checker.run();
}

type Line = { person: Candidate; seat: Seat; hours: readonly number[] };

class Checker {
  private readonly found: Violation[] = [];
  private readonly lines: Line[] = [];

  private readonly model: RosterModel;
  private readonly roster: Roster;

  constructor(model: RosterModel, roster: Roster) {
    this.model = model;
    this.roster = roster;
  }

  run(): Violation[] {
    this.readLines();
    this.checkPeople();
    this.checkDemand();
    this.checkNobodyTwice();
    this.checkSeats();
    this.checkShares();
    this.checkCoverage();
    return this.found;
  }

  private note(rule: string, by: number, scale: number, message: string): void {
    if (by > TOLERANCE * Math.max(1, scale)) this.found.push({ rule, message, by });
  }

  private readLines(): void {
    const seen = new Set<string>();
    for (const { personId, seat: key, hours } of this.roster.placements) {
      const person = this.model.candidates.find((one) => one.personId === personId);
      const seat = this.model.seats.find((one) => one.key === key);
      if (!person || !seat) {
        this.note('unknown', 1, 1, 'The roster names a person or a seat that is not there.');
        continue;
      }
      if (seen.has(personId)) this.note('one_seat', 1, 1, `${person.name} has two seats.`);
      seen.add(personId);
      if (!person.seats.includes(key))
        this.note('rule', 1, 1, `${person.name} does not meet what "${seat.label}" asks for.`);
      this.lines.push({ person, seat, hours });
    }
    for (const { personId, seat } of this.model.fixed) {
      if (!this.roster.placements.some((one) => one.personId === personId && one.seat === seat))
        this.note('fixed', 1, 1, 'Somebody who has accepted is not on the roster any more.');
    }
  }

  private checkPeople(): void {
    for (const { person, hours } of this.lines) {
      hours.forEach((time, week) => {
        this.note('negative', -time, 1, `${person.name} has fewer than no hours in week ${week + 1}.`);
        const own = Math.min(person.hours[week] ?? 0, this.model.mostHours);
        this.note(
          'hours',
          time - own,
          own,
          `${person.name} has ${time.toFixed(1)} h in week ${week + 1} and can give ${own.toFixed(1)}.`,
        );
        if (week >= this.model.weeks)
          this.note('weeks', time, 1, `${person.name} has hours after the last week.`);
      });
      const all = hours.reduce((a, b) => a + b, 0);
      this.note(
        'least_hours',
        this.model.leastHours - all,
        this.model.leastHours,
        `${person.name} has ${all.toFixed(1)} h in all, under the least of ${this.model.leastHours}.`,
      );
    }
  }

  private made(role: RosterRole, week: number): number {
    return this.lines
      .filter(({ seat }) => seat.role === role)
      .reduce((sum, { person, hours }) => sum + (hours[week] ?? 0) * person.speed[role].value, 0);
  }

  private checkDemand(): void {
    const { demand, objective, weeks } = this.model;
    for (const role of Object.keys(demand) as RosterRole[]) {
      const total = demand[role].reduce((a, b) => a + b, 0);
      const byWeek = Array.from({ length: weeks }, (_, week) => this.made(role, week));
      if (objective === 'cost') {
        byWeek.forEach((items, week) => {
          const asked = demand[role][week] ?? 0;
          this.note(
            'demand',
            asked - items,
            asked,
            `${role}: week ${week + 1} makes ${items.toFixed(1)} of ${asked}.`,
          );
        });
        continue;
      }
      const sum = byWeek.reduce((a, b) => a + b, 0);
      this.note(
        'demand',
        total - sum,
        total,
        `${role}: ${sum.toFixed(1)} of ${total} are made by the last week.`,
      );
      if (role === 'annotator' || total === 0) continue;
      const share =
        total /
        Math.max(
          1,
          demand.annotator.reduce((a, b) => a + b, 0),
        );
      let [done, read] = [0, 0];
      byWeek.forEach((items, week) => {
        done += items;
        read += this.made('annotator', week);
        this.note(
          'order',
          done - share * read,
          total,
          `${role}: by week ${week + 1} more is done than has been read.`,
        );
      });
    }
  }

  /** With `n` reads in a week and an overlap of k there are n ÷ k cases, and one person can read each of them once (R23). */
  private checkNobodyTwice(): void {
    const { demand, overlap, objective, weeks } = this.model;
    const annotators = this.lines.filter(({ seat }) => seat.role === 'annotator');
    const total = demand.annotator.reduce((a, b) => a + b, 0);
    if (total > 0)
      this.note(
        'overlap',
        overlap - new Set(annotators.map(({ person }) => person.personId)).size,
        1,
        `Each case needs ${overlap} different readers.`,
      );
    for (let week = 0; week < weeks; week += 1) {
      const reads = objective === 'cost' ? (demand.annotator[week] ?? 0) : this.made('annotator', week);
      for (const { person, hours } of annotators) {
        const own = (hours[week] ?? 0) * person.speed.annotator.value;
        this.note(
          'twice',
          own - reads / overlap,
          reads / overlap,
          `${person.name} would read cases twice in week ${week + 1}.`,
        );
      }
    }
  }

  private checkSeats(): void {
    for (const seat of this.model.seats) {
      const held = this.lines.filter((line) => line.seat.key === seat.key).length;
      this.note(
        'seats',
        seat.least - held,
        1,
        `"${seat.label}" has ${held} people, at least ${seat.least} are asked for.`,
      );
      this.note(
        'seats',
        held - seat.most,
        1,
        `"${seat.label}" has ${held} people, at most ${seat.most} are allowed.`,
      );
    }
    const most = this.model.annotatorsPerReviewer;
    const count = (role: RosterRole) => this.lines.filter(({ seat }) => seat.role === role).length;
    const reviews = this.model.demand.reviewer.reduce((a, b) => a + b, 0);
    if (most !== null && reviews > 0)
      this.note(
        'ratio',
        count('annotator') - most * count('reviewer'),
        1,
        `${count('annotator')} annotators to ${count('reviewer')} reviewers; one reviewer takes ${most}.`,
      );
  }

  private checkShares(): void {
    const { onshore, budgetMinor } = this.model;
    const sum = (of: (line: Line) => number) => this.lines.reduce((all, line) => all + of(line), 0);
    const reads = ({ person, seat, hours }: Line) =>
      seat.role === 'annotator' ? hours.reduce((a, b) => a + b, 0) * person.speed.annotator.value : 0;
    if (onshore && onshore.share > 0) {
      const home = sum((line) => (line.person.country === onshore.country ? reads(line) : 0));
      const asked = onshore.share * this.model.demand.annotator.reduce((a, b) => a + b, 0);
      this.note(
        'onshore',
        asked - home,
        asked,
        `${home.toFixed(0)} reads are made in ${onshore.country}, ${asked.toFixed(0)} are asked for.`,
      );
    }
    if (budgetMinor !== null) {
      const cost = sum(
        ({ person, seat, hours }) => hours.reduce((a, b) => a + b, 0) * person.costPerHour[seat.role],
      );
      this.note(
        'budget',
        cost - budgetMinor,
        budgetMinor,
        `It costs ${cost.toFixed(0)} of ${budgetMinor} minor units.`,
      );
    }
  }

  private checkCoverage(): void {
    const { coverage, weeks } = this.model;
    if (coverage === null || coverage <= 0) return;
    const spent = new Map<string, number>();
    for (let week = 0; week < weeks; week += 1) {
      for (let block = 0; block < BLOCKS_PER_WEEK; block += 1) {
        let there = 0;
        for (const cover of this.roster.cover.filter((one) => one.week === week && one.block === block)) {
          const person = this.model.candidates.find((one) => one.personId === cover.personId);
          const own = person?.blocks[week * BLOCKS_PER_WEEK + block] ?? 0;
          this.note(
            'coverage',
            cover.hours - own,
            own,
            `${person?.name ?? 'Somebody'} is not there in a block they are to cover.`,
          );
          const key = `${cover.personId}|${week}`;
          spent.set(key, (spent.get(key) ?? 0) + cover.hours);
          there += cover.hours;
        }
        this.note(
          'coverage',
          BLOCK_HOURS * coverage - there,
          BLOCK_HOURS * coverage,
          `Week ${week + 1}, block ${block + 1} has ${there.toFixed(1)} h of cover.`,
        );
      }
    }
    for (const [key, hours] of spent) {
      const [personId = '', week = '0'] = key.split('|');
      const planned = this.lines
        .filter(({ person, seat }) => person.personId === personId && seat.role === 'annotator')
        .reduce((all, line) => all + (line.hours[Number(week)] ?? 0), 0);
      this.note('coverage', hours - planned, planned, 'Somebody covers more hours than they work.');
    }
  }
}
