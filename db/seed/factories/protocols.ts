import type { Database } from '#db/client.ts';
import { signatures } from '#db/schema/audit.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { type Clock, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { hashProtocol } from '#server/protocols/content-hash.ts';
import type { ProtocolVersion } from '#server/protocols/reads.ts';
import { type CrossFieldRule, type LabelField, protocolContent } from '#server/protocols/schemas.ts';

/** An ordinal field with the levels 0 … `levels - 1`; the default is a Gleason grade group coded 0–4. */
export function gradeField(levels = 5, key = 'grade'): LabelField {
  return {
    key,
    label: 'Grade group',
    type: 'ordinal',
    definition: 'ISUP grade group of the biopsy; 0 means no cancer.',
    required: true,
    options: Array.from({ length: levels }, (_, level) => ({
      value: String(level),
      label: level === 0 ? 'No cancer' : `Grade group ${level}`,
    })),
  };
}

export type MakeProtocol = {
  projectId: string;
  createdBy: string;
  /** Who signs; both are needed for a signed version. */
  signers?: { clinicalLead: string; mlLead: string; orgId: string };
  version?: number;
  fields?: LabelField[];
  rules?: CrossFieldRule[];
  gatedFields?: string[];
  guidelinesMarkdown?: string;
  clock?: Clock;
};

/** A draft protocol version. One ordinal field `grade`, gated, unless told otherwise. */
export async function makeProtocol(db: Database, input: MakeProtocol): Promise<ProtocolVersion> {
  const now = (input.clock ?? systemClock).now();
  const fields = input.fields ?? [gradeField()];
  const content = protocolContent.parse({
    guidelinesMarkdown: input.guidelinesMarkdown ?? '# How to read\n\nGrade the worst area.',
    labelSchema: {
      fields,
      rules: input.rules ?? [],
      gatedFields: input.gatedFields ?? fields.filter((f) => f.type !== 'text').map((f) => f.key),
    },
    edgeCases: [],
  });
  const version: ProtocolVersion = {
    ...content,
    id: newId(),
    projectId: input.projectId,
    version: input.version ?? 1,
    status: input.signers ? 'signed' : 'draft',
    changeClass: (input.version ?? 1) > 1 ? 'clarifying' : null,
    contentSha256: hashProtocol(content),
    createdAt: now,
    updatedAt: now,
    signedAt: input.signers ? now : null,
  };
  await db.insert(protocolVersions).values({ ...version, createdBy: input.createdBy });
  return version;
}

/** A protocol version signed by both leads (inserted directly; the sign command is tested in server/protocols). */
export async function makeSignedProtocol(
  db: Database,
  input: Omit<MakeProtocol, 'signers'> & { orgId: string; clinicalLead?: string; mlLead?: string },
): Promise<ProtocolVersion> {
  const { orgId, clinicalLead = input.createdBy, mlLead = newId(), ...rest } = input;
  const now = (input.clock ?? systemClock).now();
  const version = await makeProtocol(db, { ...rest, signers: { clinicalLead, mlLead, orgId } });
  const sign = (personId: string, role: string) => ({
    id: newId(),
    subjectKind: 'protocol_version' as const,
    subjectId: version.id,
    personId,
    orgId,
    role,
    typedName: 'Signed In Test',
    meaning: 'I approve this protocol for reading.',
    contentSha256: version.contentSha256,
    authMethod: 'password',
    sessionId: newId(),
    signedAt: now,
  });
  await db.insert(signatures).values([sign(clinicalLead, 'clinical_lead'), sign(mlLead, 'ml_lead')]);
  return version;
}
