import type {
  CredentialKind,
  CredentialLevel,
  CredentialRule,
  Proficiency,
  RuleNode,
} from '#server/credentials/schemas.ts';

/** One credential asked for, as typed. */
export type RequirementValues = {
  kind: CredentialKind;
  specialty: string;
  taxonomyCode: string;
  jurisdiction: string;
  region: string;
  minYears: string;
  minProficiency: Proficiency | '';
  minLevel: CredentialLevel;
};

/** A group as edited: everything of it is needed, or any one. */
export type GroupValues = { match: 'all' | 'any'; parts: (RequirementValues | GroupValues)[] };

export const NEW_REQUIREMENT: RequirementValues = {
  kind: 'board_certification',
  specialty: '',
  taxonomyCode: '',
  jurisdiction: '',
  region: '',
  minYears: '',
  minProficiency: '',
  minLevel: 'primary_source',
};

export const isGroup = (part: RequirementValues | GroupValues): part is GroupValues => 'parts' in part;

/** A stored rule as the form shows it; a rule of one group is that group. */
export function ruleValues(rule: CredentialRule): GroupValues {
  const [only] = rule.anyOf;
  if (rule.anyOf.length === 1 && only !== undefined && 'allOf' in only)
    return { match: 'all', parts: only.allOf.map(partValues) };
  return { match: 'any', parts: rule.anyOf.map(partValues) };
}

function partValues(node: RuleNode): RequirementValues | GroupValues {
  if ('allOf' in node) return { match: 'all', parts: node.allOf.map(partValues) };
  if ('anyOf' in node) return { match: 'any', parts: node.anyOf.map(partValues) };
  return {
    kind: node.kind,
    specialty: node.specialty ?? '',
    taxonomyCode: node.taxonomyCode ?? '',
    jurisdiction: node.jurisdiction ?? '',
    region: node.region ?? '',
    minYears: node.minYears?.toString() ?? '',
    minProficiency: node.minProficiency ?? '',
    minLevel: node.minLevel,
  };
}

/** What is typed as the rule's schema takes it; what is wrong in it is the schema's to say, by the names of `partName`. */
export function toRule(values: GroupValues): unknown {
  if (values.match === 'any' || values.parts.length === 0) return { anyOf: values.parts.map(toNode) };
  return { anyOf: [{ allOf: values.parts.map(toNode) }] };
}

function toNode(part: RequirementValues | GroupValues): unknown {
  if (isGroup(part)) return { [part.match === 'all' ? 'allOf' : 'anyOf']: part.parts.map(toNode) };
  const given = (key: 'specialty' | 'taxonomyCode' | 'jurisdiction' | 'region') =>
    part[key].trim() === '' ? {} : { [key]: part[key].trim() };
  const isLanguage = part.kind === 'language';
  const isMeasured = part.kind === 'general_exam';
  return {
    kind: part.kind,
    minLevel: part.minLevel,
    ...given('specialty'),
    ...(isLanguage || isMeasured
      ? {}
      : { ...given('taxonomyCode'), ...given('jurisdiction'), ...given('region') }),
    ...(isLanguage || isMeasured || part.minYears.trim() === ''
      ? {}
      : { minYears: Number(part.minYears.trim()) }),
    ...(isLanguage && part.minProficiency !== '' ? { minProficiency: part.minProficiency } : {}),
  };
}

/** The name under which the schema reports a part of the outermost group. */
export const rootName = (name: string, group: GroupValues) =>
  group.match === 'all' ? `${name}.anyOf.0.allOf` : `${name}.anyOf`;
export const groupName = (name: string, group: GroupValues) =>
  `${name}.${group.match === 'all' ? 'allOf' : 'anyOf'}`;
