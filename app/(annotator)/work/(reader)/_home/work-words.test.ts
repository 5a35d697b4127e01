import { expect, test } from 'vitest';
import {
  answerOf,
  deskPath,
  groupWork,
  openWords,
  remarksOf,
  repeatWords,
  urgencyOf,
  type WorkLine,
} from './work-words.ts';

const line = (more: Partial<WorkLine>): WorkLine => ({
  batchId: 'b',
  tier: 'label',
  name: 'Production 1',
  kind: 'production',
  status: 'open',
  projectTitle: 'Chest',
  modality: 'CT',
  anatomy: 'Chest',
  priceMinor: 120n,
  currency: 'USD',
  isAllowed: true,
  basis: 'baa_chain',
  reasons: [],
  priority: 0,
  dueAt: null,
  dueRepeats: 0,
  isDueRough: false,
  nextRepeatAt: null,
  keptDrafts: 0,
  openCount: 10,
  isOpenRough: false,
  joined: null,
  ...more,
});
const joined = {
  alias: 'R01',
  submitted: 4,
  activeMs: 1,
  held: 0,
  returned: 0,
  acceptedMinor: 1n,
  waitingReads: 0,
  waitingMinor: 0n,
};

test('the server’s order stays; cases in hand and one’s own returned work count; what holds nothing waits; what is refused stays visible', () => {
  const begun = line({ batchId: 'begun', openCount: 2, joined });
  const fresh = line({ batchId: 'fresh' });
  const held = line({ batchId: 'held', openCount: 0, joined: { ...joined, held: 2 } });
  const back = line({ batchId: 'back', openCount: 0, joined: { ...joined, returned: 1 } });
  const over = line({ batchId: 'over', openCount: 0, joined });
  const again = line({ batchId: 'again', openCount: 0, dueRepeats: 3, joined });
  const barred = line({ batchId: 'barred', isAllowed: false });
  const groups = groupWork([fresh, over, barred, held, back, again, begun]);
  expect(groups.ready.map((one) => one.batchId)).toEqual(['fresh', 'held', 'back', 'again', 'begun']);
  expect(groups.waiting.map((one) => one.batchId)).toEqual(['over']);
  expect(groups.refused.map((one) => one.batchId)).toEqual(['barred']);
});

test('the answer names the work and the pay, or says that nothing is open', () => {
  const words = (lines: WorkLine[]) => Object.values(answerOf(lines)).join('');
  expect(words([line({}), line({ priceMinor: 250n })])).toBe(
    'You can work in 2 batches now, for up to $2.50 USD per case.',
  );
  expect(words([line({ priceMinor: 0n })])).toContain('own staff');
  expect(words([line({ isAllowed: false })])).toContain('nothing open for you just now; below is what');
  expect(words([])).toBe('There is nothing open for you just now.');
});

test('each tier has its page, and a count that was cut off says so', () => {
  expect(deskPath({ tier: 'adjudicate', batchId: 'x' })).toBe('/work/adjudicate/x');
  expect(deskPath({ tier: 'audit', batchId: 'x' })).toBe('/work/audit/x');
  const words = (openCount: number, isOpenRough: boolean) => openWords({ openCount, isOpenRough });
  expect([words(7, false), words(100, false)]).toEqual(['7', '100 or more']);
  expect([words(0, true), words(20, true), words(100, true)]).toEqual(['0', 'up to 20', 'up to 100']);
});

test('what hurries is said in a word, and what is kept or comes later in a sentence', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const urgency = (priority: number, dueAt: string | null) =>
    urgencyOf({ priority, dueAt: dueAt === null ? null : new Date(dueAt) }, now);
  expect([
    urgency(0, null),
    urgency(80, null),
    urgency(0, '2026-11-23T12:00:00Z'),
    urgency(80, '2026-11-20'),
    urgency(10, '2026-12-24'),
  ]).toEqual([null, 'needed first', 'due soon', 'overdue', null]);
  expect(remarksOf({ keptDrafts: 0, nextRepeatAt: null, dueRepeats: 0 })).toEqual([]);
  expect(remarksOf({ keptDrafts: 2, nextRepeatAt: new Date('2026-12-05'), dueRepeats: 0 })).toEqual([
    'Time ran out on 2 cases; your answers are kept and come back if the cases do.',
    'You read some cases once more, from 5 Dec 2026 on.',
  ]);
  expect(remarksOf({ keptDrafts: 0, nextRepeatAt: new Date('2026-12-05'), dueRepeats: 4 })).toEqual([
    'You read further cases once more, from 5 Dec 2026 on.',
  ]);
});

test('R23: repeats that are due are said, roughly where a count would tell gold', () => {
  const words = (dueRepeats: number, isDueRough = false) => repeatWords({ dueRepeats, isDueRough });
  expect([words(0), words(0, true)]).toEqual([null, null]);
  expect([words(4), words(100)]).toEqual(['4 to read once more', '100 or more to read once more']);
  expect([words(20, true), words(100, true)]).toEqual([
    'up to 20 to read once more',
    'more than 50 to read once more',
  ]);
});
