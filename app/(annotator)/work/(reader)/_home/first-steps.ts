import type { ChecklistItem } from '#app/_ui/checklist-rail.tsx';
import { hasWork } from '#server/work/has-work.ts';
import { deskPath, type WorkLine } from './work-words.ts';

/** What is known of a person on the way to their first paid case. */
export type OnTheWay = {
  isAddressConfirmed: boolean;
  isOrgVerified: boolean;
  isIndependent: boolean;
  hasLegalName: boolean;
  credentials: number;
  verified: number;
  hasPrivacyTraining: boolean;
  /** Attestations to confirm, or for who signs for themselves whether an agreement is in force. */
  openAttestations: number;
  hasAgreement: boolean;
  lines: readonly Pick<
    WorkLine,
    'kind' | 'isAllowed' | 'openCount' | 'dueRepeats' | 'joined' | 'tier' | 'batchId' | 'reasons'
  >[];
  exams: number;
};

type Step = { label: string; isDone: boolean; says: string; href: string };

/** The way to the first paid case, in order; null once it has been read. The first step that is open is the present one. */
export function firstSteps(of: OnTheWay): ChecklistItem[] | null {
  if (of.lines.some((line) => (line.joined?.submitted ?? 0) > 0 && line.kind !== 'training')) return null;
  const steps = stepsOf(of);
  const now = steps.findIndex((step) => !step.isDone);
  return steps.map((step, at) => ({
    label: step.label,
    state: step.isDone ? 'done' : at === now ? 'current' : 'todo',
    href: step.href,
    ...(step.isDone ? {} : { says: step.says }),
  }));
}

function stepsOf(of: OnTheWay): Step[] {
  const exam = of.lines.find((line) => line.kind === 'exam' && line.isAllowed && hasWork(line));
  const asksExam = of.lines.some((line) => line.reasons.some((reason) => reason.code.startsWith('exam.')));
  const ready = of.lines.find((line) => line.kind !== 'exam' && line.isAllowed && hasWork(line));
  return [
    {
      label: 'Confirm your address',
      isDone: of.isAddressConfirmed,
      says: 'Open the link in the mail you got at sign-up.',
      href: '/account',
    },
    {
      label: 'Say who you are',
      isDone: of.hasLegalName,
      says: 'Legal name and birth date: two minutes, and nobody takes you for somebody else.',
      href: '/work/credentials',
    },
    {
      label: 'Add your credentials',
      isDone: of.credentials > 0,
      says: 'Licence, certification, languages, with a copy where no register can be asked.',
      href: '/work/credentials',
    },
    {
      label: 'Privacy training',
      isDone: of.hasPrivacyTraining,
      says: 'Six rules, two minutes, good for 12 months.',
      href: '/work/credentials',
    },
    {
      label: of.isIndependent ? 'Sign your agreements' : 'Confirm your attestation',
      isDone: of.isIndependent ? of.hasAgreement : of.openAttestations === 0,
      says: of.isOrgVerified
        ? 'What the data you may read asks for.'
        : 'An operator checks who you are first; you need not wait for it here.',
      href: '/work/agreements',
    },
    {
      label: 'Pass the paid exam',
      isDone: of.exams > 0 || (exam === undefined && !asksExam && ready !== undefined),
      says:
        exam !== undefined
          ? 'It is open to you now, and paid like any reading.'
          : asksExam
            ? 'A project asks for one; it opens once its sponsor has set it.'
            : 'Where a project asks for one; you see it here once you are engaged.',
      href: exam === undefined ? '/work/qualifications' : deskPath(exam),
    },
    {
      label: 'Read your first paid case',
      isDone: false,
      says:
        ready !== undefined
          ? 'It waits for you.'
          : of.isIndependent
            ? 'Ask for work in an open call, or wait for an offer.'
            : 'Your organisation names you for a seat.',
      href: ready === undefined ? (of.isIndependent ? '/work/calls' : '/work') : deskPath(ready),
    },
  ];
}
