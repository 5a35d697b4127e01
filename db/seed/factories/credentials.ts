import type { Database } from '#db/client.ts';
import { credentials, verifications } from '#db/schema/credentials.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type {
  CredentialKind,
  CredentialLevel,
  CredentialStatus,
  Proficiency,
} from '#server/credentials/schemas.ts';
import { findScheme, numberKeyOf } from '#server/credentials/schemes.ts';

/** A credential of a person; verified at its source, US, issued 12 years ago, good for two years unless told otherwise. */
export async function makeCredential(
  db: Database,
  input: {
    personId: string;
    kind?: CredentialKind;
    specialty?: string;
    jurisdiction?: string;
    level?: CredentialLevel;
    status?: CredentialStatus;
    issuedOn?: string;
    expiresOn?: string | null;
    identifier?: string;
    title?: string;
    scheme?: string;
    region?: string;
    issuer?: string;
    taxonomyCode?: string;
    proficiency?: Proficiency;
    /** With a failed check at its source, by the person themselves for want of another. */
    checked?: boolean;
    clock?: Clock;
  },
): Promise<string> {
  const now = (input.clock ?? systemClock).now();
  const id = newId();
  const kind = input.kind ?? 'board_certification';
  const specialty = input.specialty ?? 'Radiology';
  const scheme = findScheme(input.scheme ?? (kind === 'npi' ? 'us_npi' : null));
  const issuer = input.issuer ?? scheme?.issuer ?? 'Board of Examples';
  await db.insert(credentials).values({
    id,
    personId: input.personId,
    kind,
    title: input.title ?? `${specialty} ${kind.replaceAll('_', ' ')}`,
    issuer,
    scheme: scheme?.code ?? null,
    region: input.region ?? null,
    taxonomyCode: input.taxonomyCode ?? null,
    proficiency: input.proficiency ?? null,
    numberKey: numberKeyOf({
      scheme,
      kind,
      issuer,
      region: input.region ?? null,
      identifier: input.identifier ?? null,
    }),
    jurisdiction: input.jurisdiction ?? 'US',
    identifier: input.identifier ?? null,
    specialty,
    issuedOn:
      input.issuedOn ??
      plus(now, -12 * 366 * DAY)
        .toISOString()
        .slice(0, 10),
    expiresOn:
      input.expiresOn === undefined
        ? plus(now, 730 * DAY)
            .toISOString()
            .slice(0, 10)
        : input.expiresOn,
    status: input.status ?? 'verified',
    level: input.level ?? 'primary_source',
    createdAt: now,
    updatedAt: now,
  });
  if (input.checked)
    await db.insert(verifications).values({
      id: newId(),
      credentialId: id,
      status: 'val-fail',
      statusDate: now,
      primarySource: 'Board of Examples',
      communicationMethod: 'portal',
      level: 'self_claimed',
      note: 'The name differs.',
      verifiedBy: input.personId,
      createdAt: now,
    });
  return id;
}
