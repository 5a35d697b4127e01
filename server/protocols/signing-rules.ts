import type { Capability } from '#server/command/capabilities.ts';
import type { ProtocolStatus } from './reads.ts';

export const SIGNING_ROLES = ['clinical_lead', 'ml_lead'] as const;
export type SigningRole = (typeof SIGNING_ROLES)[number];

/** What each signature says (21 CFR 11.50), shown before signing and kept with it. */
export const PROTOCOL_MEANING: Record<SigningRole, string> = {
  clinical_lead: 'I have reviewed this protocol and approve it clinically for reading.',
  ml_lead: 'I have reviewed this protocol and approve its label schema for its intended use.',
};

/** The signatures a person with these rights can give. */
export function signingRolesOf(capabilities: ReadonlySet<Capability>): SigningRole[] {
  const roles: SigningRole[] = [];
  if (capabilities.has('protocol.sign_clinical')) roles.push('clinical_lead');
  if (capabilities.has('protocol.sign_ml')) roles.push('ml_lead');
  return roles;
}

/** Whether two typings of a name are the same apart from case and spaces. */
export function isSameName(a: string, b: string): boolean {
  const plain = (name: string) =>
    name.trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase('en').normalize('NFC');
  return plain(a) !== '' && plain(a) === plain(b);
}

/** Only a half-signed version can be opened again; a signed one is in force. */
export function mayReopen(status: ProtocolStatus): boolean {
  return status === 'partially_signed';
}
