import type { Database } from '#db/client.ts';
import { credentials } from '#db/schema/credentials.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { CredentialKind, CredentialLevel, CredentialStatus } from '#server/credentials/schemas.ts';

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
    clock?: Clock;
  },
): Promise<string> {
  const now = (input.clock ?? systemClock).now();
  const id = newId();
  const kind = input.kind ?? 'board_certification';
  const specialty = input.specialty ?? 'Radiology';
  await db.insert(credentials).values({
    id,
    personId: input.personId,
    kind,
    title: input.title ?? `${specialty} ${kind.replaceAll('_', ' ')}`,
    issuer: 'Board of Examples',
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
  return id;
}
