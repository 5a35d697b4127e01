import type { Capability } from '#server/command/capabilities.ts';
import type { TroubleRule } from '#server/projects/trouble-schemas.ts';
import type { FLAG_KINDS } from './schemas.ts';

export type FlagKind = (typeof FLAG_KINDS)[number];

/** When somebody must have looked, in hours (R24); of a question the project's policy says it. */
const DUE_HOURS: Record<Exclude<FlagKind, 'ask'>, number> = {
  phi_seen: 4,
  incidental_finding: 24,
  technical: 48,
};

/** Within how many hours somebody must have looked at what was said. */
export function dueHours(rule: Pick<TroubleRule, 'answerHours'>, kind: FlagKind): number {
  return kind === 'ask' ? rule.answerHours : DUE_HOURS[kind];
}

/** What must have been looked at by a time. */
export type Timed = { createdAt: Date; dueAt: Date };

/** Nobody is reminded earlier than this before something is due. */
export const FLAG_REMINDER_MS = 4 * 3_600_000;

/**
 * Which reminder a flag without an answer, or an edge case without a decision, has come to: `due` in the last quarter of its time and at most four hours before, `overdue` after it,
 * or null while there is time.
 */
export function flagReminder(flag: Timed, now: Date): 'due' | 'overdue' | null {
  if (now > flag.dueAt) return 'overdue';
  const lead = Math.min(FLAG_REMINDER_MS, (flag.dueAt.getTime() - flag.createdAt.getTime()) / 4);
  return now.getTime() >= flag.dueAt.getTime() - lead ? 'due' : null;
}

/** When the clinical lead must have decided on an edge case, in hours. */
export const ALERT_DUE_HOURS = 72;

/** Who must act on what was said: the sponsor's clinical lead, whoever keeps its data, or the operator as incident desk. */
export type FlagDesk = 'clinical_lead' | 'data' | 'operator';

export function deskOf(kind: FlagKind): FlagDesk {
  if (kind === 'phi_seen') return 'operator';
  return kind === 'technical' ? 'data' : 'clinical_lead';
}

/** The right that sits at each desk of the sponsor; an incident is closed by the operator's own command and answered by nobody else. */
const DESK_RIGHT: Record<FlagDesk, Capability | null> = {
  clinical_lead: 'protocol.sign_clinical',
  data: 'dataset.write',
  operator: null,
};

/** Whether somebody with these rights answers what comes to a desk (R24). */
export function isAtDesk(capabilities: ReadonlySet<Capability>, desk: FlagDesk): boolean {
  const right = DESK_RIGHT[desk];
  return right !== null && capabilities.has('gold.manage') && capabilities.has(right);
}

/** Why a case is shut after a report of it was closed: protected information was confirmed in it, or another report is still open (R24). */
export type ShutBy = 'confirmed' | 'reported';

/** What keeps a case shut: for good when one report of it was confirmed, in whatever order; null when it is open. */
export function whatShuts(reports: { open: number; isConfirmed: boolean }): ShutBy | null {
  if (reports.isConfirmed) return 'confirmed';
  return reports.open > 0 ? 'reported' : null;
}

/** What one person may say in an hour; more is a flood, not reading. */
export const MOST_FLAGS_PER_HOUR = 60;

/** Whether so many people passing a case on for its images makes it unusable. */
export function isUnusable(rule: TroubleRule, people: number): boolean {
  return people >= rule.unusableSkips;
}

/** Whether so many people asking about a case makes it an edge case; fewer are enough when its reads differ. */
export function isEdgeCase(rule: TroubleRule, asked: { people: number; isDisputed: boolean }): boolean {
  return (
    asked.people >= (asked.isDisputed ? Math.min(rule.disputedAsks, rule.edgeCaseAsks) : rule.edgeCaseAsks)
  );
}

/** Which earlier labels a change of the protocol asks to be made again. */
export type RelabelScope = 'all' | 'disputed' | 'none';

/**
 * A breaking change makes every label of the old version doubtful; a clarifying one those of the cases that readers disagreed on or
 * asked about; an editorial one none.
 */
export function relabelScope(changeClass: 'breaking' | 'clarifying' | 'editorial'): RelabelScope {
  if (changeClass === 'breaking') return 'all';
  return changeClass === 'clarifying' ? 'disputed' : 'none';
}
