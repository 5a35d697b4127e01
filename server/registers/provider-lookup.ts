import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { listCurrent } from './import-queries.ts';

/** What NPPES says about a number, whoever was asked. Self-reported by the provider: never proof of a licence. */
export const provider = z.object({
  npi: z.string(),
  /** A person, an organisation, or null for a number that is deactivated and says no more. */
  entityType: z.enum(['1', '2']).nullable(),
  replacementNpi: z.string().nullable(),
  lastName: z.string().nullable(),
  firstName: z.string().nullable(),
  middleName: z.string().nullable(),
  otherLastName: z.string().nullable(),
  otherFirstName: z.string().nullable(),
  organisationName: z.string().nullable(),
  state: z.string().nullable(),
  deactivatedOn: z.string().nullable(),
  reactivatedOn: z.string().nullable(),
  taxonomies: z.array(
    z.object({
      code: z.string(),
      licence: z.string().optional(),
      state: z.string().optional(),
      primary: z.boolean().optional(),
    }),
  ),
});
export type Provider = z.infer<typeof provider>;

/** Where an answer is from, for the record of a check. */
export type LookupSource = { name: string; asOf: string | null; sha256: string | null };

/** The one way to ask NPPES; from the imported file or over its API. */
export type ProviderLookup = {
  /** The provider, null when nobody has that number, `no_register` when there is nothing to look in. */
  find(npi: string): Promise<{ provider: Provider | null; source: LookupSource } | 'no_register'>;
};

/** A number in the newest layer of the imported files that has it. */
export async function findProvider(q: Queryable, npi: string): Promise<Provider | null> {
  const [row] = await q.execute<Record<string, unknown>>(sql`
    select p.npi, p.entity_type as "entityType", p.replacement_npi as "replacementNpi", p.last_name as "lastName",
      p.first_name as "firstName", p.middle_name as "middleName", p.other_last_name as "otherLastName",
      p.other_first_name as "otherFirstName", p.organisation_name as "organisationName", p.state,
      p.deactivated_on::text as "deactivatedOn", p.reactivated_on::text as "reactivatedOn", p.taxonomies
    from register_imports i join register_providers p on p.import_id = i.id and p.npi = ${npi}
    where i.source = 'nppes' and i.status = 'current'
    order by i.layer desc limit 1`);
  return row === undefined ? null : provider.parse(row);
}

/** NPPES as imported. */
export function importedLookup(q: Queryable): ProviderLookup {
  return {
    find: async (npi) => {
      const inUse = await listCurrent(q, 'nppes');
      const newest = inUse.toSorted((a, b) => b.asOf.localeCompare(a.asOf))[0];
      if (newest === undefined) return 'no_register';
      return {
        provider: await findProvider(q, npi),
        source: { name: 'NPPES file', asOf: newest.asOf, sha256: newest.fileSha256 },
      };
    },
  };
}
