import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { MINUTE, manualClock } from '#server/core/clock.ts';
import { newVersion } from './new-version.ts';
import { listSignatures } from './queries.ts';
import { findSignedProtocol, getProtocolVersion } from './reads.ts';
import { saveDraft } from './save-draft.ts';
import type { ProtocolContent } from './schemas.ts';
import { reopenDraft, signProtocolVersion } from './sign-protocol-version.ts';

const content: ProtocolContent = {
  guidelinesMarkdown: 'Grade the worst area.',
  labelSchema: { fields: [gradeField()], rules: [], gatedFields: ['grade'] },
  edgeCases: [],
};

describe('protocol versions', () => {
  let t: TestDatabase;
  const clock = manualClock('2026-11-21T09:00:00Z');
  let manager: OrgContext;
  let clinical: OrgContext;
  let ml: OrgContext;
  let both: OrgContext;
  let stranger: OrgContext;
  let projectId: string;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  beforeEach(async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    const other = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    const named = async (name: string) => makePerson(t.db, { name, clock });
    manager = await makeMember(t.db, { org, roles: ['project_manager'], clock });
    clinical = await makeMember(t.db, {
      org,
      roles: ['clinical_lead'],
      person: await named('Ada Adams'),
      clock,
    });
    ml = await makeMember(t.db, { org, roles: ['ml_lead'], person: await named('Ben Brown'), clock });
    both = await makeMember(t.db, {
      org,
      roles: ['clinical_lead', 'ml_lead'],
      person: await named('Cy Both'),
      clock,
    });
    stranger = await makeMember(t.db, { org: other, roles: ['clinical_lead', 'project_manager'], clock });
    projectId = (await makeProject(t.db, { orgId: org.id, createdBy: manager.actor.personId, clock })).id;
  });

  const draft = (seenSha256: string | null = null, change: Partial<ProtocolContent> = {}) =>
    saveDraft(manager, { projectId, seenSha256, changeClass: null, ...content, ...change });
  const sign = (
    ctx: OrgContext,
    version: { id: string; contentSha256: string },
    role: 'clinical_lead' | 'ml_lead',
    typedName: string,
  ) =>
    signProtocolVersion(ctx, {
      protocolVersionId: version.id,
      contentSha256: version.contentSha256,
      role,
      typedName,
    });

  test('two leads, two people: the second signature puts the version in force', async () => {
    const version = await draft();
    expect(await findSignedProtocol(t.db, projectId)).toBeNull();
    expect(await sign(clinical, version, 'clinical_lead', ' ada  adams ')).toEqual({
      status: 'partially_signed',
    });
    expect(await findSignedProtocol(t.db, projectId)).toBeNull();
    expect(await sign(ml, version, 'ml_lead', 'Ben Brown')).toEqual({ status: 'signed' });
    expect((await findSignedProtocol(t.db, projectId))?.signedAt).toEqual(clock.now());
    const rows = await listSignatures(t.db, version.id);
    expect(rows.map((row) => [row.role, row.contentSha256, row.personId])).toEqual([
      ['clinical_lead', version.contentSha256, clinical.actor.personId],
      ['ml_lead', version.contentSha256, ml.actor.personId],
    ]);
    await expect(sign(both, version, 'ml_lead', 'Cy Both')).rejects.toMatchObject({
      reason: 'already_signed',
    });
  });

  test('one person holding both roles cannot sign twice, nor one role twice', async () => {
    const version = await draft();
    await sign(both, version, 'clinical_lead', 'Cy Both');
    await expect(sign(both, version, 'ml_lead', 'Cy Both')).rejects.toMatchObject({
      reason: 'second_signer_same',
    });
    await expect(sign(clinical, version, 'clinical_lead', 'Ada Adams')).rejects.toMatchObject({
      reason: 'role_signed',
    });
    expect((await getProtocolVersion(t.db, version.id)).status).toBe('partially_signed');
  });

  test('both leads signing at the same moment leave exactly one signature each and a signed version', async () => {
    const version = await draft();
    const results = await Promise.allSettled([
      sign(clinical, version, 'clinical_lead', 'Ada Adams'),
      sign(ml, version, 'ml_lead', 'Ben Brown'),
      sign(both, version, 'clinical_lead', 'Cy Both'),
    ]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(2);
    expect(await listSignatures(t.db, version.id)).toHaveLength(2);
    expect((await getProtocolVersion(t.db, version.id)).status).toBe('signed');
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'with the password entered more than 5 minutes ago',
      async () => {
        const version = await draft();
        const late = { ...clinical, clock: manualClock(new Date(clock.now().getTime() + 6 * MINUTE)) };
        return sign(late, version, 'clinical_lead', 'Ada Adams');
      },
      'reauthentication_required',
    ],
    [
      'under another name',
      async () => sign(clinical, await draft(), 'clinical_lead', 'Ben Brown'),
      'typed_name_differs',
    ],
    [
      'in a role one does not have',
      async () => sign(clinical, await draft(), 'ml_lead', 'Ada Adams'),
      'signing_role',
    ],
    [
      'content that is no longer there',
      async () => {
        const version = await draft();
        await draft(version.contentSha256, { guidelinesMarkdown: 'Other.' });
        return sign(clinical, version, 'clinical_lead', 'Ada Adams');
      },
      'protocol_changed',
    ],
    [
      'of another sponsor',
      async () => sign(stranger, await draft(), 'clinical_lead', 'Ada Adams'),
      'project_not_found',
    ],
    [
      'without guidelines',
      async () =>
        sign(clinical, await draft(null, { guidelinesMarkdown: ' ' }), 'clinical_lead', 'Ada Adams'),
      'protocol_incomplete',
    ],
  ])('signing %s is refused and leaves nothing', async (_name, attempt, reason) => {
    await expect(attempt()).rejects.toMatchObject({ reason });
    const [{ n }] =
      (await t.sql`select count(*)::int as n from signatures s join protocol_versions v on v.id = s.subject_id
      where v.project_id = ${projectId}`) as unknown as [{ n: number }];
    expect(n).toBe(0);
  });

  test('a version that was signed once is frozen until it is reopened; then both sign again', async () => {
    const version = await draft();
    await sign(clinical, version, 'clinical_lead', 'Ada Adams');
    await expect(draft(version.contentSha256)).rejects.toMatchObject({ reason: 'protocol_frozen' });
    await reopenDraft(manager, { protocolVersionId: version.id });
    const changed = await draft(version.contentSha256, { guidelinesMarkdown: 'Other.' });
    await sign(ml, changed, 'ml_lead', 'Ben Brown');
    expect(await sign(clinical, changed, 'clinical_lead', 'Ada Adams')).toEqual({ status: 'signed' });
  });

  test('of two people saving over the same draft, one gets a conflict', async () => {
    const first = await draft();
    const results = await Promise.allSettled([
      draft(first.contentSha256, { guidelinesMarkdown: 'One.' }),
      draft(first.contentSha256, { guidelinesMarkdown: 'Two.' }),
    ]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(draft()).rejects.toMatchObject({ reason: 'protocol_changed' });
  });

  test('a second version supersedes the first when signed, and must be declared as what it is', async () => {
    const first = await draft();
    await expect(newVersion(manager, { projectId, changeClass: 'editorial' })).rejects.toMatchObject({
      reason: 'draft_open',
    });
    await sign(clinical, first, 'clinical_lead', 'Ada Adams');
    await sign(ml, first, 'ml_lead', 'Ben Brown');
    const second = await newVersion(manager, { projectId, changeClass: 'editorial' });
    expect(second).toMatchObject({ version: 2, status: 'draft', contentSha256: first.contentSha256 });
    const broken = await draft(second.contentSha256, {
      labelSchema: { ...content.labelSchema, fields: [gradeField(6)] },
    });
    await expect(sign(clinical, broken, 'clinical_lead', 'Ada Adams')).rejects.toMatchObject({
      reason: 'change_class_understated',
    });
    expect((await findSignedProtocol(t.db, projectId))?.version).toBe(1);
    const honest = await saveDraft(manager, {
      projectId,
      seenSha256: broken.contentSha256,
      changeClass: 'breaking',
      guidelinesMarkdown: broken.guidelinesMarkdown,
      labelSchema: broken.labelSchema,
      edgeCases: broken.edgeCases,
    });
    await sign(clinical, honest, 'clinical_lead', 'Ada Adams');
    await sign(ml, honest, 'ml_lead', 'Ben Brown');
    expect((await findSignedProtocol(t.db, projectId))?.version).toBe(2);
    expect((await getProtocolVersion(t.db, first.id)).status).toBe('superseded');
  });
});
