import type { ClaimRules } from './claim-rules-part.tsx';

const percent = (basisPoints: number) => `${basisPoints / 100} %`;

/** How much one person may read, in words. */
export function capWords(
  rules: Pick<ClaimRules, 'readsCap' | 'maxReaderShareBasisPoints' | 'maxActiveMinutesPerDay'>,
): string {
  const { readsCap, maxReaderShareBasisPoints: share, maxActiveMinutesPerDay: minutes } = rules;
  const reads =
    readsCap === null
      ? 'one person may read any number of cases'
      : `one person reads at most ${readsCap.toLocaleString('en')} cases${share === null ? '' : ` (${percent(share)} of the reads)`}`;
  return minutes === null ? reads : `${reads} and rests after ${minutes} active minutes a day`;
}

/** How long a case is held, in words: minutes where they are whole. */
function heldWords({ leaseSeconds, prefetch }: Pick<ClaimRules, 'leaseSeconds' | 'prefetch'>): string {
  const minutes = leaseSeconds / 60;
  const time = Number.isInteger(minutes)
    ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
    : `${leaseSeconds} seconds`;
  return `A case is held for ${time} without a sign of its reader’s page, and ${prefetch} ${prefetch === 1 ? 'more is' : 'more are'} held ready ahead.`;
}

/** The other rules, one sentence each; says so when there are none. */
export function rulesInWords(rules: ClaimRules): string[] {
  const says: string[] = [];
  if (rules.readsCap !== null)
    says.push(
      'The cap is for first reads; of repeats, reviews, audits and decisions one person may take any number.',
    );
  if (rules.needsTraining) says.push('Readers complete the training on this version of the protocol first.');
  if (rules.needsExam) says.push('Readers pass the exam on this version of the protocol first.');
  if (rules.ownAccountExam !== null && !rules.needsExam)
    says.push(
      rules.ownAccountExam.waiver === null
        ? 'People on their own account pass the exam first.'
        : `People on their own account read without the exam: ${rules.ownAccountExam.waiver}`,
    );
  if (rules.exam !== null)
    says.push(
      `An exam: the near bound of its interval must reach ${percent(rules.exam.passLevel * 10_000)}${rules.exam.leastRight === null ? '' : `, which takes ${rules.exam.leastRight} right answers`}; one more try after ${rules.exam.retryAfterDays} days on other cases.`,
    );
  if (rules.leastReadSeconds !== null)
    says.push(`Reads under ${rules.leastReadSeconds} s are looked at; none is rejected for it.`);
  if (rules.goldExposureLimit !== null)
    says.push(
      `A gold case is shown to ${rules.goldExposureLimit} ${rules.goldExposureLimit === 1 ? 'reader' : 'readers'} before others are used.`,
    );
  if (rules.rounds > 1)
    says.push(
      `${rules.repeatShareBasisPoints === 10_000 ? 'Every case is' : `${percent(rules.repeatShareBasisPoints)} of the cases are`} read ${rules.rounds === 2 ? 'twice' : `${rules.rounds} times`} by the same person${rules.repeatAfterDays > 0 ? `, ${rules.repeatAfterDays} days apart` : ''}.`,
    );
  says.push(
    rules.caseOrder === 'priority'
      ? 'Cases come by their priority, the highest first.'
      : 'Cases come in a random order that nobody can foresee.',
    heldWords(rules),
  );
  return says;
}

/** Who may take the reads of one pool. */
export function shareWords(share: ClaimRules['shares'][number], onshoreCountry: string | null): string {
  const who = share.vendor ?? 'All readers';
  return share.isOnshore ? `${who}, kept for readers in ${onshoreCountry ?? 'the onshore country'}` : who;
}

/**
 * Cases and priorities as pasted or from a file: one case a line, its name and, after a comma or tab, a number; without
 * numbers the order of the lines counts. A heading is passed over. Says what is wrong with which line.
 */
export function readPriorities(
  text: string,
  most = 5000,
): { cases: { name: string; priority: number }[] } | { problem: string } {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({
      at: i + 1,
      parts: line.split(/[,;\t]/).map((part) => part.trim().replace(/^"(.*)"$/, '$1')),
    }))
    .filter(({ parts }) => parts.some((part) => part !== ''));
  const [first] = lines;
  const isHeading =
    first !== undefined &&
    (/^(case|name|id|external_?id)$/i.test(first.parts[0] ?? '') ||
      /^(priority|score|uncertainty)$/i.test(first.parts[1] ?? ''));
  const rows = isHeading ? lines.slice(1) : lines;
  if (rows.length === 0) return { problem: 'Name at least one case.' };
  if (rows.length > most)
    return { problem: `At most ${most.toLocaleString('en')} cases at a time; the rest can follow.` };
  const seen = new Map<string, number>();
  const cases: { name: string; priority: number }[] = [];
  for (const [i, { at, parts }] of rows.entries()) {
    const [name = '', given = ''] = parts;
    const priority = given === '' ? rows.length - i : Number(given);
    if (name === '') return { problem: `Line ${at} names no case.` };
    if (!Number.isFinite(priority))
      return { problem: `Line ${at}: “${given.slice(0, 20)}” is not a number.` };
    const before = seen.get(name);
    if (before !== undefined) return { problem: `Line ${at}: “${name}” stands in line ${before} already.` };
    seen.set(name, at);
    cases.push({ name, priority });
  }
  return { cases };
}
