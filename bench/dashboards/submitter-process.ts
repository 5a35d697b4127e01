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
 * how many submits the server has taken so far: once when all are warm and hold a case, then, from `go` on, over and over; ends at `stop`.
 * Arguments: database URL, seats as JSON, submits a second.
 */

/** A person of a batch. */
export type Seat = { batchId: string; actor: OrgContext['actor'] };

/** How often it says how far it is. */
const SAID_EVERY_MS = 50;
/** How often somebody who got nothing asks again before it is a fault. */
const MOST_TRIES = 50;
/** Cases that everybody submits before the rate is asked for. */
const WARM = 8;

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

/** Submits a case; the next one, if it came with it. */
async function submit(seat: Seat, leaseId: string): Promise<string | undefined> {
  // Answers of three classes, so that detail by class has some.
  const answers = { grade: String(taken % 3) };
  const label = { batchId: seat.batchId, leaseId, labelId: randomUUID(), answers, activeMs: 20_000 };
  const { next } = await submitAndNext(contextOf(seat.actor), { ...label, limit: 1 });
  taken += 1;
  return next.leases[0]?.leaseId;
}

/** The first cases prepare the statements, on every connection; the last that they hold is returned. */
async function warmUp(seat: Seat): Promise<string> {
  let leaseId = await claim(seat);
  for (let n = 0; n < WARM; n += 1) leaseId = (await submit(seat, leaseId)) ?? (await claim(seat));
  return leaseId;
}

async function read(seat: Seat, first: string): Promise<void> {
  for (let next: string | undefined = first; !isOver; ) {
    const leaseId: string = next ?? (await claim(seat));
    await turn();
    next = await submit(seat, leaseId);
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const people = JSON.parse(seats) as Seat[];
const held = await Promise.all(people.map(warmUp));
say(String(taken));
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
