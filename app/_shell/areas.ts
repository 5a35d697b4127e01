import type { OrgKind } from '#server/command/actor.ts';
import type { Capability } from '#server/command/capabilities.ts';

export type Area = 'sponsor' | 'vendor' | 'work' | 'operator';

type Rights = { orgKind: OrgKind | null; capabilities: readonly Capability[] };

/** Rights that bring somebody to the annotators' pages. */
const READING: readonly Capability[] = [
  'task.claim',
  'task.review',
  'task.adjudicate',
  'panel.read',
  'credential.own',
];

/** The areas a person may enter in their active organisation, their home first. Each call behind a page checks again. */
export function areasOf({ orgKind, capabilities }: Rights): Area[] {
  const areas: Area[] = [];
  const has = (...rights: Capability[]) => rights.some((right) => capabilities.includes(right));
  if (orgKind === 'sponsor' && has('project.read', 'money.read')) areas.push('sponsor');
  if (orgKind === 'vendor' && has('vendor.read')) areas.push('vendor');
  if (orgKind === 'platform' && has('operator.verify', 'operator.health')) areas.push('operator');
  // The platform makes its exams with the sponsor's pages.
  if (orgKind === 'platform' && has('project.read')) areas.push('sponsor');
  if (has(...READING)) areas.push('work');
  return areas;
}

/** Where a person lands after signing in: their area, or their account when they belong nowhere. */
export function homePathOf(rights: Rights): string {
  const [home] = areasOf(rights);
  return home === undefined ? '/account' : `/${home}`;
}
