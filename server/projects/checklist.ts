import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { policyLocks, unknownPolicyNames } from './rules.ts';
import type { Project, QualityPolicy } from './schemas.ts';

/** One line of a checklist: met, or what is missing and where to mend it. */
export type Requirement = { code: string; label: string; done: boolean; message: string; href: string };

/** What the checklists look at, gathered by `gatherFacts`. */
export type ChecklistFacts = {
  project: Project;
  orgVerified: boolean;
  now: Date;
  protocol: { guidelinesMarkdown: string; labelSchema: LabelSchema } | null;
  signedProtocol: { guidelinesMarkdown: string; labelSchema: LabelSchema } | null;
  datasets: readonly { dataClass: string; caseCount: number; evidenceExpiresOn: string | null }[];
  activeGold: number;
  fundsMinor: bigint;
  /** Agreements between the sponsor and the platform that are missing for this data class. */
  missingAgreements: readonly ErrorDetail[];
  /** Why the sponsor has no services agreement with the platform in force (R1); null when it has. */
  servicesGap: ErrorDetail | null;
};

/** What kind of work is to start: the panel's own reading needs neither gold nor money. */
export type WorkKind = 'panel' | 'paid';

/** The checklist for opening the call (R6: a draft protocol is enough). */
export function requirementsToOpenCall(facts: ChecklistFacts): Requirement[] {
  const { project, protocol } = facts;
  const base = `/sponsor/projects/${project.id}`;
  const edit = `${base}/edit`;
  const line = (code: string, label: string, done: boolean, message: string, href: string): Requirement => ({
    code,
    label,
    done,
    message,
    href,
  });
  const described = project.summary !== '' && project.modality !== '' && project.anatomy !== '';
  const locks = policyLocks(project.intendedUse, project.qualityPolicy);
  return [
    line(
      'org_unverified',
      'Organisation verified',
      facts.orgVerified,
      'Your organisation waits for verification by the operator; until then nothing can be published.',
      '/sponsor',
    ),
    line(
      'description_incomplete',
      'Project described',
      described,
      'Say what is read: give a summary, the modality and the anatomy.',
      `${edit}#about`,
    ),
    line(
      'deadline_past',
      'Deadline ahead',
      project.deadline > facts.now.toISOString().slice(0, 10),
      `The deadline ${sayDay(project.deadline)} has passed. Choose a later day.`,
      `${edit}#basics`,
    ),
    line(
      'policy_locked',
      'Quality policy fits the intended use',
      locks.length === 0,
      locks.map((lock) => lock.message).join(' '),
      `${edit}#quality`,
    ),
    line(
      'protocol_missing',
      'Protocol drafted',
      protocol !== null && protocol.guidelinesMarkdown.trim() !== '',
      'Write the guidelines and the fields. A draft is enough to open the call.',
      `${base}/protocol`,
    ),
    policyFieldsLine(project.qualityPolicy, protocol?.labelSchema ?? null, `${edit}#quality`),
  ];
}

/** What work needs of the call's checklist: a late project still has to be finished, and its draft is not what is read. */
const ONLY_FOR_THE_CALL = ['protocol_missing', 'deadline_past'];
const STANDING_STILL = ['paused', 'completed', 'archived'];

/** The checklist for starting work, pilot included (R6: the protocol is signed by both leads). */
export function requirementsToStartWork(facts: ChecklistFacts, kind: WorkKind): Requirement[] {
  const { project } = facts;
  const base = `/sponsor/projects/${project.id}`;
  const line = (code: string, label: string, done: boolean, message: string, href: string): Requirement => ({
    code,
    label,
    done,
    message,
    href,
  });
  const dealtGold = project.qualityPolicy.gold.mode !== 'none';
  const wrongClass = facts.datasets.filter((one) => one.dataClass !== project.dataClass);
  const today = facts.now.toISOString().slice(0, 10);
  const expired = facts.datasets.filter(
    (one) => one.evidenceExpiresOn !== null && one.evidenceExpiresOn < today,
  );
  const always = [
    line(
      'project_state',
      'Project running',
      !STANDING_STILL.includes(project.status),
      project.status === 'paused'
        ? 'The project is paused. Resume it first.'
        : `The project is ${project.status}; no more work starts in it.`,
      base,
    ),
    ...requirementsToOpenCall({ ...facts, protocol: facts.signedProtocol ?? facts.protocol }).filter(
      (one) => !ONLY_FOR_THE_CALL.includes(one.code),
    ),
    line(
      'protocol_unsigned',
      'Protocol signed by both leads',
      facts.signedProtocol !== null,
      'The clinical lead and the ML lead must sign the protocol before anyone reads.',
      `${base}/protocol`,
    ),
    line(
      'dataset_missing',
      'Dataset uploaded',
      facts.datasets.some((one) => one.caseCount > 0),
      'Upload the cases to be read.',
      `${base}/dataset`,
    ),
    line(
      'dataset_class',
      'Data class as declared',
      wrongClass.length === 0,
      `A dataset is declared as another data class than the project (${project.dataClass}).`,
      `${base}/dataset`,
    ),
    line(
      'evidence_expired',
      'Evidence of the data class in date',
      expired.length === 0,
      'The evidence of a dataset has expired. Upload the dataset again with new evidence.',
      `${base}/dataset`,
    ),
    ...agreementLines(facts),
  ];
  if (kind === 'panel') return always;
  return [
    ...always,
    line(
      'gold_missing',
      'Gold set signed',
      !dealtGold || facts.activeGold > 0,
      'The quality policy mixes in gold, and no gold set is signed yet. Let your panel read, or import gold.',
      `${base}/gold`,
    ),
    line(
      'funds_missing',
      'Project funded',
      facts.fundsMinor > 0n,
      'Work opens only for what is funded. Fund the project.',
      `${base}/money`,
    ),
  ];
}

function agreementLines(facts: ChecklistFacts): Requirement[] {
  const { missingAgreements, servicesGap } = facts;
  return [
    {
      code: 'services_missing',
      label: 'Services agreement with the platform active',
      done: servicesGap === null,
      message: servicesGap?.message ?? '',
      href: '/sponsor/agreements',
    },
    {
      code: 'agreement_missing',
      label: 'Agreements on the data active',
      done: missingAgreements.length === 0,
      message: missingAgreements.map((one) => one.message).join(' '),
      href: missingAgreements[0]?.href ?? '/sponsor/agreements',
    },
  ];
}

function policyFieldsLine(policy: QualityPolicy, schema: LabelSchema | null, href: string): Requirement {
  const unknown = schema === null ? [] : unknownPolicyNames(policy, schema);
  return {
    code: 'policy_names_unknown',
    label: 'Quality bounds name fields of the protocol',
    done: unknown.length === 0,
    message: `The quality policy names ${unknown.join(', ')}, which the protocol does not have.`,
    href,
  };
}

/** The lines that are not met, as the details of a refusal. */
export function missingOf(requirements: readonly Requirement[]): ErrorDetail[] {
  return requirements.filter((one) => !one.done).map(({ code, message, href }) => ({ code, message, href }));
}
