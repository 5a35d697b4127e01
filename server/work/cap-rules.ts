/** A person in one running batch of a project, as its caps count: reads taken; corrections, repeats (R23) and what was given back aside. */
export type CapInBatch = { cap: number | null; taken: number; mostMinutes: number | null };

/** What keeps somebody from reading more of a project now, and when that ends. */
export type SpentCap = { kind: 'reads'; cap: number } | { kind: 'minutes'; minutes: number; most: number };

/**
 * Whether a person has used up what one person may read (`readsCapOf`) or the active minutes of the day, in every running batch of
 * a project that is open to them; null while one has room, or where there is none. Where the day alone stands against one of
 * them, it is the day that is named: that ends at midnight. In SQL: `listSpentPeople`.
 */
export function spentCap(batches: readonly CapInBatch[], minutesToday: number): SpentCap | null {
  if (batches.length === 0) return null;
  const minutes = Math.floor(minutesToday);
  const isRead = (one: CapInBatch) => one.cap !== null && one.taken >= one.cap;
  const isTired = (one: CapInBatch) => one.mostMinutes !== null && minutes >= one.mostMinutes;
  if (!batches.every((one) => isRead(one) || isTired(one))) return null;
  const tired = batches.filter((one) => !isRead(one)).map((one) => one.mostMinutes ?? 0);
  if (tired.length > 0) return { kind: 'minutes', minutes, most: Math.min(...tired) };
  return { kind: 'reads', cap: Math.max(...batches.map((one) => one.cap ?? 0)) };
}

/** What was used up, and what would open it, to the person or of them. */
export function spentWords(spent: SpentCap, who: 'you' | 'this person'): string {
  const [subject, have] = who === 'you' ? ['You', 'have'] : ['This person', 'has'];
  if (spent.kind === 'minutes')
    return `${subject} ${have} read for ${spent.minutes} active minutes today; the work here asks for rest after ${spent.most}. It opens at midnight UTC.`;
  return `${subject} ${have} read as much of every running batch as one person may: ${spent.cap.toLocaleString('en')} ${spent.cap === 1 ? 'case' : 'cases'}. A further batch of the project opens it, or a higher cap.`;
}
