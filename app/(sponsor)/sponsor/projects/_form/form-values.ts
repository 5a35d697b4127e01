import { type GroupValues, ruleValues, toRule } from '#app/_credentials/rule-values.ts';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { AppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';
import { policyPreset } from '#server/projects/presets.ts';
import {
  type DataClass,
  type IntendedUse,
  type Project,
  type ProjectInput,
  projectInput,
  type QualityPolicy,
} from '#server/projects/schemas.ts';
import { placeOf, problemWords } from './problem-words.ts';
import { type TierValues, tierValues, toTiers } from './tier-values.ts';

type Reliability = QualityPolicy['reliability'][number];
type Accuracy = QualityPolicy['accuracy'][number];

/** The quality policy as typed: shares in per cent, numbers as text. */
export type PolicyValues = {
  overlap: string;
  consensusMethod: QualityPolicy['consensusMethod'];
  goldMode: QualityPolicy['gold']['mode'];
  goldShare: string;
  goldMinAnswers: string;
  reviewShare: string;
  reliability: (Omit<Reliability, 'threshold'> & { threshold: string })[];
  accuracy: (Omit<Accuracy, 'threshold' | 'className'> & { threshold: string; className: string })[];
  noMajority: boolean;
  anyDisagreement: boolean;
  ordinalSpreadAtLeast: string;
  posteriorBelow: string;
  classes: { field: string; value: string }[];
  /** Keys of the fields that the adjudication rule looks at, as typed. */
  fields: string;
  assisted: boolean;
  unusableSkips: string;
  edgeCaseAsks: string;
  disputedAsks: string;
  answerHours: string;
} & TierValues;

/** The project form as typed. */
export type ProjectValues = {
  title: string;
  summary: string;
  modality: string;
  anatomy: string;
  intendedUse: IntendedUse;
  dataClass: DataClass | '';
  currency: string;
  budget: string;
  deadline: string;
  allowedCountries: string;
  onshoreShare: string;
  onshoreCountry: string;
  credentials: GroupValues;
  policy: PolicyValues;
  reviewPeriodDays: string;
};

const percent = (basisPoints: number) => String(basisPoints / 100);
const basisPoints = (text: string) => Math.round(toNumber(text) * 100);
const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text.trim()));
const orNull = (text: string) => (text.trim() === '' ? null : Number(text.trim()));

/** Keys of fields from a text with commas between, each once. */
export const keysOf = (text: string): string[] => [
  ...new Set(text.split(/[\s,;]+/).filter((key) => key !== '')),
];

/** A policy as the form shows it. */
export function policyValues(policy: QualityPolicy): PolicyValues {
  const { adjudication } = policy;
  return {
    overlap: String(policy.overlap),
    consensusMethod: policy.consensusMethod,
    goldMode: policy.gold.mode,
    goldShare: percent(policy.gold.shareBasisPoints),
    goldMinAnswers: String(policy.gold.minAnswers),
    reviewShare: percent(policy.reviewShareBasisPoints),
    reliability: policy.reliability.map((one) => ({ ...one, threshold: String(one.threshold) })),
    accuracy: policy.accuracy.map((one) => ({
      ...one,
      threshold: String(one.threshold),
      className: one.className ?? '',
    })),
    noMajority: adjudication.noMajority,
    anyDisagreement: adjudication.anyDisagreement,
    ordinalSpreadAtLeast: adjudication.ordinalSpreadAtLeast?.toString() ?? '',
    posteriorBelow: adjudication.posteriorBelow?.toString() ?? '',
    classes: adjudication.classes,
    fields: adjudication.fields.join(', '),
    assisted: policy.assisted,
    unusableSkips: String(policy.trouble.unusableSkips),
    edgeCaseAsks: String(policy.trouble.edgeCaseAsks),
    disputedAsks: String(policy.trouble.disputedAsks),
    answerHours: String(policy.trouble.answerHours),
    ...tierValues(policy),
  };
}

function toPolicy(values: PolicyValues): unknown {
  return {
    overlap: toNumber(values.overlap),
    consensusMethod: values.consensusMethod,
    gold: {
      mode: values.goldMode,
      shareBasisPoints: values.goldMode === 'dealt' ? basisPoints(values.goldShare) : 0,
      minAnswers: toNumber(values.goldMinAnswers),
    },
    reviewShareBasisPoints: basisPoints(values.reviewShare),
    reliability: values.reliability.map((one) => ({ ...one, threshold: toNumber(one.threshold) })),
    accuracy: values.accuracy.map(({ className, ...one }) => ({
      ...one,
      threshold: toNumber(one.threshold),
      ...(className.trim() === '' ? {} : { className }),
    })),
    adjudication: {
      noMajority: values.noMajority,
      anyDisagreement: values.anyDisagreement,
      ordinalSpreadAtLeast: orNull(values.ordinalSpreadAtLeast),
      posteriorBelow: orNull(values.posteriorBelow),
      classes: values.classes.map(({ field, value }) => ({ field: field.trim(), value: value.trim() })),
      fields: keysOf(values.fields),
    },
    assisted: values.assisted,
    trouble: {
      unusableSkips: toNumber(values.unusableSkips),
      edgeCaseAsks: toNumber(values.edgeCaseAsks),
      disputedAsks: toNumber(values.disputedAsks),
      answerHours: toNumber(values.answerHours),
    },
    ...toTiers(values),
  };
}

/** An empty form: research, three reads a case, nothing else decided. */
export function emptyValues(): ProjectValues {
  return {
    title: '',
    summary: '',
    modality: '',
    anatomy: '',
    intendedUse: 'research',
    dataClass: '',
    currency: 'USD',
    budget: '',
    deadline: '',
    allowedCountries: '',
    onshoreShare: '0',
    onshoreCountry: '',
    credentials: { match: 'all', parts: [] },
    policy: policyValues(policyPreset('research')),
    reviewPeriodDays: '7',
  };
}

/** A stored project as the form shows it. */
export function valuesOf(project: Project): ProjectValues {
  const { locationPolicy } = project;
  return {
    title: project.title,
    summary: project.summary,
    modality: project.modality,
    anatomy: project.anatomy,
    intendedUse: project.intendedUse,
    dataClass: project.dataClass,
    currency: project.currency,
    budget: formatMinor({ amountMinor: project.budgetMinor, currency: project.currency }),
    deadline: project.deadline,
    allowedCountries: locationPolicy.allowedCountries.join(', '),
    onshoreShare: percent(locationPolicy.onshoreShareBasisPoints),
    onshoreCountry: locationPolicy.onshoreCountry ?? '',
    credentials: ruleValues(project.credentialRule),
    policy: policyValues(project.qualityPolicy),
    reviewPeriodDays: String(project.reviewPeriodDays),
  };
}

export type ReadForm = { input: ProjectInput; problems: [] } | { input: null; problems: FormProblem[] };

/** The typed form as the server takes it, or every problem by the name of its field. */
export function readProjectForm(values: ProjectValues, today: string): ReadForm {
  const problems: FormProblem[] = [];
  let budgetMinor: bigint | undefined;
  try {
    budgetMinor = parseMoney(values.budget, values.currency).amountMinor;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = values.budget.trim() === '' ? 'Give a budget, for example 25000.' : error.message;
    problems.push({ name: 'budgetMinor', message });
  }
  if (values.deadline !== '' && values.deadline <= today) {
    problems.push({ name: 'deadline', message: 'The deadline has passed. Choose a later day.' });
  }
  const parsed = projectInput.safeParse({
    title: values.title,
    summary: values.summary,
    modality: values.modality,
    anatomy: values.anatomy,
    intendedUse: values.intendedUse,
    dataClass: values.dataClass,
    currency: values.currency,
    budgetMinor: budgetMinor ?? 1n,
    deadline: values.deadline,
    locationPolicy: {
      allowedCountries: values.allowedCountries
        .split(/[\s,;]+/)
        .filter((code) => code !== '')
        .map((code) => code.toUpperCase()),
      onshoreShareBasisPoints: basisPoints(values.onshoreShare),
      onshoreCountry: values.onshoreCountry === '' ? null : values.onshoreCountry,
    },
    credentialRule: toRule(values.credentials),
    qualityPolicy: toPolicy(values.policy),
    reviewPeriodDays: toNumber(values.reviewPeriodDays),
  });
  if (parsed.success && problems.length === 0) return { input: parsed.data, problems: [] };
  const named = new Set(problems.map((problem) => problem.name));
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path.join('.').replace(/(allowedCountries|adjudication\.fields)\.\d+$/, '$1');
    if (named.has(name)) continue;
    named.add(name);
    problems.push({ name, message: problemWords(name, issue.message) });
  }
  return { input: null, problems: problems.sort((a, b) => placeOf(a.name) - placeOf(b.name)) };
}
