import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitAndNext } from '#server/work/submit-label.ts';

/*
 * One app process whose people submit so many cases a second between them, each with the claim of the next, until it is told to end. Says
 * `ready` once all hold a case; begins at `go` and ends at `stop`; in between it says how many submits the server has taken so far.
 * Arguments: database URL, seats as JSON, submits a second.
 */

/** A person of a batch. */
export type Seat = { batchId: string; actor: OrgContext['actor'] };

/** How often it says how far it is. */
const SAID_EVERY_MS = 50;
/** How often somebody who got nothing asks again before it is a fault. */
const MOST_TRIES = 50;

const [url = '', seats = '[]', perSecond = '1'] = process.argv.slice(2);
const { db, close } = openDatabase(url, { max: 16, name: 'bench reader', isRead: true });
const say = (line: string) => process.stdout.write(`${line}\n`);

let begun = 0;
let taken = 0;
let from = 0;
let isOver = false;

/** Waits for the turn of the next submit: none comes before its time, and who is late goes at once. */
async function turn(): Promise<void> {
  const due = from + (begun * 1000) / Number(perSecond);
  begun += 1;
  const early = due - performance.now();
  if (early > 0) await delay(early);
}

const contextOf = (actor: Seat['actor']): OrgContext => ({
  db,
  clock: systemClock,
  actor,
  requestId: 'bench',
});

/** Their next case; asks again for as long as others are in the way. */
async function claim({ batchId, actor }: Seat): Promise<string> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { leases } = await claimNextTasks(contextOf(actor), { batchId, tier: 'label', limit: 1 });
    if (leases[0] !== undefined) return leases[0].leaseId;
    await delay(20);
  }
  const { reasons } = await claimNextTasks(contextOf(actor), { batchId, tier: 'label', limit: 1 });
  throw new Error(`Nothing is left to read: ${JSON.stringify(reasons)}`);
}

async function read(seat: Seat, first: string): Promise<void> {
  const who = contextOf(seat.actor);
  for (let next: string | undefined = first; !isOver; ) {
    const leaseId = next ?? (await claim(seat));
    await turn();
    // Answers of three classes, so that detail by class has some.
    const answers = { grade: String(taken % 3) };
    const label = { batchId: seat.batchId, leaseId, labelId: randomUUID(), answers, activeMs: 20_000 };
    const { next: claimed } = await submitAndNext(who, { ...label, limit: 1 });
    taken += 1;
    next = claimed.leases[0]?.leaseId;
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const people = JSON.parse(seats) as Seat[];
const held = await Promise.all(people.map(claim));
say('ready');
await lines.next();
from = performance.now();
const timer = setInterval(() => say(String(taken)), SAID_EVERY_MS);
const reading = Promise.all(people.map((seat, i) => read(seat, held[i] ?? '')));
await lines.next();
isOver = true;
await reading;
clearInterval(timer);
say(String(taken));
await close();
process.stdin.destroy();
