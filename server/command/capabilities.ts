/**
 * Every right a procedure can ask for. `public` needs nobody, `self` needs a signed-in person, the rest come
 * from the person's role in the active organisation.
 */
export const CAPABILITIES = [
  'public',
  'self',
  'org.manage',
  'project.read',
  'project.write',
  'protocol.sign_clinical',
  'protocol.sign_ml',
  'dataset.write',
  'gold.manage',
  'bid.compare',
  'contract.award',
  'pilot.sign',
  'batch.manage',
  'export.download',
  'quality.read',
  'quality.decide',
  'money.read',
  'money.fund',
  'call.read',
  'bid.write',
  'team.manage',
  'vendor.read',
  'vendor.money',
  'agreement.read',
  'agreement.sign',
  'credential.own',
  'task.claim',
  'task.review',
  'task.adjudicate',
  'task.audit',
  'panel.read',
  'earnings.read',
  'payout.destination',
  'operator.verify',
  'operator.agreements',
  'operator.appeals',
  'operator.money',
  'operator.health',
] as const;

export type Capability = (typeof CAPABILITIES)[number];

export const ROLES = [
  'sponsor_owner',
  'project_manager',
  'clinical_lead',
  'ml_lead',
  'sponsor_finance',
  'panel_reader',
  'vendor_owner',
  'staffing_lead',
  'qa_lead',
  'vendor_finance',
  'vendor_annotator',
  'independent_annotator',
  'operator',
] as const;

export type Role = (typeof ROLES)[number];

const SPONSOR_READ: Capability[] = ['project.read', 'quality.read', 'agreement.read'];
const READER: Capability[] = [
  'task.claim',
  'task.review',
  'task.audit',
  'credential.own',
  'earnings.read',
  'agreement.read',
];

/** What each role may do; the single place where a role gets a right. */
export const ROLE_CAPABILITIES: Record<Role, readonly Capability[]> = {
  sponsor_owner: [
    ...SPONSOR_READ,
    'org.manage',
    'project.write',
    'dataset.write',
    'gold.manage',
    'bid.compare',
    'contract.award',
    'pilot.sign',
    'batch.manage',
    'quality.decide',
    'export.download',
    'money.read',
    'money.fund',
    'agreement.sign',
  ],
  project_manager: [
    ...SPONSOR_READ,
    'project.write',
    'dataset.write',
    'gold.manage',
    'bid.compare',
    'contract.award',
    'pilot.sign',
    'batch.manage',
    'quality.decide',
    'export.download',
    'money.read',
  ],
  clinical_lead: [
    ...SPONSOR_READ,
    'protocol.sign_clinical',
    'gold.manage',
    'panel.read',
    'task.claim',
    'task.adjudicate',
    'task.audit',
    'pilot.sign',
    'quality.decide',
    'credential.own',
    'export.download',
  ],
  ml_lead: [...SPONSOR_READ, 'protocol.sign_ml', 'dataset.write', 'export.download'],
  sponsor_finance: ['project.read', 'money.read', 'money.fund'],
  panel_reader: ['panel.read', 'task.claim', 'task.adjudicate', 'task.audit', 'credential.own'],
  vendor_owner: [
    'org.manage',
    'call.read',
    'bid.write',
    'team.manage',
    'vendor.read',
    'vendor.money',
    'agreement.read',
    'agreement.sign',
    'payout.destination',
  ],
  staffing_lead: ['call.read', 'bid.write', 'team.manage', 'vendor.read', 'agreement.read'],
  qa_lead: ['call.read', 'vendor.read', 'task.claim', 'task.review', 'task.audit', 'credential.own'],
  vendor_finance: ['vendor.read', 'vendor.money', 'payout.destination'],
  vendor_annotator: READER,
  independent_annotator: [...READER, 'agreement.sign', 'payout.destination', 'call.read'],
  operator: [
    'org.manage',
    'operator.verify',
    'operator.agreements',
    'operator.appeals',
    'operator.money',
    'operator.health',
    'agreement.read',
    'agreement.sign',
  ],
};

/** The rights of a person holding `roles`, with what every signed-in person has. */
export function capabilitiesOf(roles: readonly Role[]): ReadonlySet<Capability> {
  return new Set<Capability>(['public', 'self', ...roles.flatMap((role) => ROLE_CAPABILITIES[role])]);
}
