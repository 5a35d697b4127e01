import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { manualClock } from '#server/core/clock.ts';
import {
  ACTORS,
  answerOf,
  askAs,
  cookieOf,
  dropSettings,
  get,
  post,
  type Row,
  stubSettings,
  WEBHOOK_SECRET,
} from './handler-rows.ts';

/** Route files whose rows are elsewhere, and where. */
const ELSEWHERE = {
  'auth/[...nextauth]': 'next-auth’s own sign-in; server/identity/*.db.test.ts',
  ...Object.fromEntries(
    [
      'documents/annexes/[signatureId]/[copy]',
      'documents/contracts/[versionId]/[copy]',
      'documents/credentials/[credentialId]',
      'documents/credentials/[credentialId]/[fileId]',
      'documents/dataset-evidence/[documentId]',
      'documents/vendor-evidence/[evidenceId]',
      'documents/verifications/[verificationId]/[copy]',
      'documents/vendor-samples/[sampleId]',
      'uploads/dataset-evidence',
      'uploads/vendor-evidence',
      'uploads/vendor-samples',
    ].map((file) => [file, 'document-handlers.db.test.ts']),
  ),
  'trpc/[trpc]': 'server/routers/authorisation-matrix.db.test.ts, app/api/trpc/trpc-route.db.test.ts',
};

describe('the plain handlers', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  const rows: Row[] = [];

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    stubSettings(t.url);
    // Sessions are judged by the real clock, so the scene plays today.
    scene = await makeWorkScene(t.db, { cases: 2, clock: manualClock(new Date().toISOString()) });
    rows.push(await exportRow(), await documentRow(), await uploadRow(), await assetRow());
    rows.push(await webhookRow(), await healthRow(), await liveRow(), await comparisonRow());
  });
  afterAll(async () => {
    await dropSettings();
    await t.drop();
  });

  const otherSponsor = async () => makeOrganisation(t.db, { kind: 'sponsor' });
  const sponsorPeople = async (right: 'project_manager', wrong: 'sponsor_finance') => ({
    right: await makeMember(t.db, { org: scene.sponsorOrg, roles: [right] }),
    wrong: await makeMember(t.db, { org: scene.sponsorOrg, roles: [wrong] }),
    other: await makeMember(t.db, { org: await otherSponsor(), roles: [right] }),
  });

  async function exportRow(): Promise<Row> {
    const { GET } = await import('./exports/[batchId]/route.ts');
    const batchId = await makeBatch(scene);
    return {
      file: 'exports/[batchId]',
      people: await sponsorPeople('project_manager', 'sponsor_finance'),
      ask: (headers) =>
        GET(get(`/api/exports/${batchId}?what=final_labels`, headers), {
          params: Promise.resolve({ batchId }),
        }),
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [404, 'batch_not_found'],
        wrong: [403, 'capability_missing'],
        right: [200],
      },
    };
  }

  async function comparisonRow(): Promise<Row> {
    const { GET } = await import('./documents/comparisons/[projectId]/route.ts');
    const { makeBid, makeCall, makeVendor } = await import('#db/seed/factories/bids.ts');
    const projectId = scene.project.id;
    const callId = await makeCall(t.db, { projectId });
    await makeBid(t.db, { callId, project: scene.project, vendor: await makeVendor(t.db) });
    return {
      file: 'documents/comparisons/[projectId]',
      people: await sponsorPeople('project_manager', 'sponsor_finance'),
      ask: (headers) =>
        GET(get(`/api/documents/comparisons/${projectId}`, headers), {
          params: Promise.resolve({ projectId }),
        }),
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [404, 'project_not_found'],
        wrong: [403, 'capability_missing'],
        right: [200],
      },
    };
  }

  async function documentRow(): Promise<Row> {
    const { GET } = await import('./documents/agreements/[agreementId]/[copy]/route.ts');
    const { createAgreement } = await import('#server/agreements/create-agreement.ts');
    const platform = await t.admin`select id from organisations where kind = 'platform'`;
    const operator = await makeMember(t.db, {
      org: { id: String(platform[0]?.id), kind: 'platform', verified: true },
      roles: ['operator'],
    });
    const vendor = await makeOrganisation(t.db, { kind: 'vendor' });
    const stranger = await makeOrganisation(t.db, { kind: 'vendor' });
    const { id } = await createAgreement(operator, { kind: 'services', orgId: vendor.id });
    return {
      file: 'documents/agreements/[agreementId]/[copy]',
      people: {
        right: await makeMember(t.db, { org: vendor, roles: ['vendor_owner'] }),
        wrong: await makeMember(t.db, { org: vendor, roles: ['vendor_finance'] }),
        other: await makeMember(t.db, { org: stranger, roles: ['vendor_owner'] }),
      },
      ask: (headers) =>
        GET(get(`/api/documents/agreements/${id}/original`, headers), {
          params: Promise.resolve({ agreementId: id, copy: 'original' }),
        }),
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [404, 'agreement_not_found'],
        wrong: [403, 'capability_missing'],
        right: [200],
      },
    };
  }

  const uploadForm = () => {
    const form = new FormData();
    const meta = {
      name: 'Cases of a form',
      dataClass: 'public',
      legalBasis: 'licence',
      evidence: {
        kind: 'licence',
        issuer: 'Readroom tests',
        reference: 'CC0-1.0',
        issuedOn: null,
        expiresOn: null,
        sha256: null,
      },
      format: 'csv',
    };
    form.set('meta', JSON.stringify(meta));
    form.set('file', new File(['case_id,patient_key,site,text:report\n1,p1,north,Clear.\n'], 'cases.csv'));
    return form;
  };
  const upload = async (headers: Record<string, string>, body: BodyInit = uploadForm()) => {
    const { POST } = await import('./uploads/[projectId]/route.ts');
    const projectId = scene.project.id;
    return POST(post(`/api/uploads/${projectId}`, headers, body), { params: Promise.resolve({ projectId }) });
  };
  async function uploadRow(): Promise<Row> {
    return {
      file: 'uploads/[projectId]',
      people: await sponsorPeople('project_manager', 'sponsor_finance'),
      ask: upload,
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [404, 'project_not_found'],
        wrong: [403, 'capability_missing'],
        right: [200],
      },
    };
  }

  async function assetRow(): Promise<Row> {
    const { GET } = await import('./assets/[token]/route.ts');
    const { mintAssetLink } = await import('#server/agreements/open-asset.ts');
    const people = await sponsorPeople('project_manager', 'sponsor_finance');
    const assetId = scene.dataset.cases[0]?.assetId ?? '';
    const { href } = await mintAssetLink(people.right, { assetId });
    const token = href.split('/').at(-1) ?? '';
    return {
      file: 'assets/[token]',
      people,
      // The same link in everybody's hands: it is of the person it was made for.
      ask: (headers) => GET(get(href, headers), { params: Promise.resolve({ token }) }),
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [403, 'gate_refused'],
        wrong: [403, 'gate_refused'],
        right: [200],
      },
    };
  }

  async function webhookRow(): Promise<Row> {
    const { POST } = await import('./stripe/webhook/route.ts');
    const unsigned = (headers: Record<string, string>) =>
      POST(post('/api/stripe/webhook', headers, JSON.stringify({ id: 'evt_unsigned' })));
    return {
      file: 'stripe/webhook',
      people: await sponsorPeople('project_manager', 'sponsor_finance'),
      ask: unsigned,
      // No session opens it, whoever holds it: only Stripe's signature does (below).
      expected: {
        anonymous: [401, 'webhook_signature_invalid'],
        other: [401, 'webhook_signature_invalid'],
        wrong: [401, 'webhook_signature_invalid'],
        right: [401, 'webhook_signature_invalid'],
      },
    };
  }

  async function liveRow(): Promise<Row> {
    const { GET } = await import('./live/batches/[batchId]/route.ts');
    const batchId = await makeBatch(scene);
    return {
      file: 'live/batches/[batchId]',
      people: {
        right: await makeMember(t.db, { org: scene.vendorOrg, roles: ['staffing_lead'] }),
        wrong: await makeMember(t.db, { org: scene.vendorOrg, roles: ['vendor_annotator'] }),
        other: await makeMember(t.db, {
          org: await makeOrganisation(t.db, { kind: 'vendor' }),
          roles: ['staffing_lead'],
        }),
      },
      // The stream has no end of its own: its first event is taken for the whole.
      ask: async (headers) => {
        const response = await GET(get(`/api/live/batches/${batchId}`, headers), {
          params: Promise.resolve({ batchId }),
        });
        if (response.status !== 200 || response.body === null) return response;
        const reader = response.body.getReader();
        const { value } = await reader.read();
        await reader.cancel();
        return new Response(value ?? '', response);
      },
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [404, 'batch_not_found'],
        wrong: [403, 'capability_missing'],
        right: [200],
      },
    };
  }

  async function healthRow(): Promise<Row> {
    const { GET } = await import('./health/route.ts');
    return {
      file: 'health',
      people: await sponsorPeople('project_manager', 'sponsor_finance'),
      ask: () => GET(),
      expected: { anonymous: [200], other: [200], wrong: [200], right: [200] },
    };
  }

  test('every handler has its row', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => path.basename(file) === 'route.ts')
      .map((file) => path.dirname(file));
    expect(files.toSorted()).toEqual([...rows.map((row) => row.file), ...Object.keys(ELSEWHERE)].toSorted());
  });

  test('nobody gets more than is theirs: anonymous, another organisation, another role; the right one is served', async () => {
    for (const row of rows) {
      for (const actor of ACTORS) {
        const answer = await askAs(row, actor);
        const [status, reason] = row.expected[actor];
        expect([row.file, actor, answer.status, answer.reason]).toEqual([row.file, actor, status, reason]);
        // What is one person's must not be kept by what stands between.
        expect(answer.headers.get('cache-control')).toMatch(/no-store/);
      }
    }
  });

  test('a session that was ended, is idle, or whose membership ended opens nothing', async () => {
    const row = rows[0]!;
    const { right } = row.people;
    const { sessionId, personId, orgId } = right.actor;
    await t.admin`update memberships set status = 'ended' where person_id = ${personId} and org_id = ${orgId}`;
    expect(await askAs(row, 'right')).toMatchObject({ status: 403 });
    await t.admin`update memberships set status = 'active' where person_id = ${personId} and org_id = ${orgId}`;
    await t.admin`update sessions set last_seen_at = now() - interval '16 minutes' where id = ${sessionId}`;
    expect(await askAs(row, 'right')).toMatchObject({ status: 401 });
    await t.admin`update sessions set last_seen_at = now(), revoked_at = now() where id = ${sessionId}`;
    expect(await askAs(row, 'right')).toMatchObject({ status: 401 });
  });

  test('a live stream says its state with a version, and ends within seconds of the sign-out', async () => {
    const { GET } = await import('./live/batches/[batchId]/route.ts');
    const batchId = await makeBatch(scene);
    const who = await makeMember(t.db, { org: scene.sponsorOrg, roles: ['project_manager'] });
    const response = await GET(get(`/api/live/batches/${batchId}`, await cookieOf(who)), {
      params: Promise.resolve({ batchId }),
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const [seen] = await t.admin`select last_seen_at from sessions where id = ${who.actor.sessionId}`;
    const reader = response.body!.getReader();
    let text = '';
    const next = async () => {
      const { done, value } = await reader.read();
      text += new TextDecoder().decode(value);
      return !done;
    };
    while (!text.includes('event: state')) await next();
    expect(text).toMatch(/id: [0-9a-f]{16}\nevent: state\ndata: \{"at":"[^"]+","view":\{"status":"open"/);
    await t.admin`update sessions set revoked_at = now() where id = ${who.actor.sessionId}`;
    while (await next());
    expect(text).toMatch(/event: end\ndata: \{"reason":"session_over"\}\n\n$/);
    const [after] = await t.admin`select last_seen_at from sessions where id = ${who.actor.sessionId}`;
    expect(after).toEqual(seen);
  }, 20_000);

  test('Stripe is known by its signature over these bytes, and heard once', async () => {
    const { POST } = await import('./stripe/webhook/route.ts');
    const created = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'payment_intent.succeeded',
      created,
      livemode: false,
      data: { object: { id: 'pi_1', object: 'payment_intent' } },
    });
    const sign = (text: string) =>
      `t=${created},v1=${createHmac('sha256', WEBHOOK_SECRET).update(`${created}.${text}`).digest('hex')}`;
    const send = async (text: string, signature: string) =>
      answerOf(await POST(post('/api/stripe/webhook', { 'stripe-signature': signature }, text)));
    expect(await send(body, sign(body))).toMatchObject({ status: 200, text: '{"duplicate":false}' });
    expect(await send(body, sign(body))).toMatchObject({ status: 200, text: '{"duplicate":true}' });
    expect(await send(body.replace('pi_1', 'pi_2'), sign(body))).toMatchObject({
      status: 401,
      reason: 'webhook_signature_invalid',
    });
  });

  test('a webhook of more than a megabyte is not read to its end, whoever sends it', async () => {
    const { POST } = await import('./stripe/webhook/route.ts');
    const answer = await answerOf(await POST(post('/api/stripe/webhook', {}, 'x'.repeat(1_100_000))));
    expect(answer).toMatchObject({ status: 413, reason: 'webhook_too_large' });
  });

  test('an upload that another site makes the browser send is refused, session or not', async () => {
    const row = rows.find((one) => one.file === 'uploads/[projectId]')!;
    const own = await cookieOf(row.people.right);
    for (const foreign of [{ origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await upload({ ...own, ...foreign })).status).toBe(403);
  });

  test('an upload of more than 256 MB is 413 with what to do, before all of it is read', async () => {
    const row = rows.find((one) => one.file === 'uploads/[projectId]')!;
    const own = { ...(await cookieOf(row.people.right)), 'content-type': 'multipart/form-data; boundary=x' };
    const megabyte = new Uint8Array(1024 * 1024);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(megabyte);
      },
    });
    const answer = await answerOf(await upload(own, endless));
    expect(answer).toMatchObject({ status: 413, reason: 'upload_too_large' });
    expect(JSON.parse(answer.text).message).toMatch(/larger than 256 MB.*Split it/);
    expect(sent).toBeLessThan(260);
  });

  test('a person has two uploads under way at once; a third waits, others go on, and an end makes room', async () => {
    const row = rows.find((one) => one.file === 'uploads/[projectId]')!;
    const own = { ...(await cookieOf(row.people.right)), 'content-type': 'multipart/form-data; boundary=x' };
    const open: (() => void)[] = [];
    const isRead: Promise<void>[] = [];
    /** An upload whose bytes never end until it is told to. */
    const slow = () => {
      let reading: () => void = () => {};
      isRead.push(
        new Promise((resolve) => {
          reading = resolve;
        }),
      );
      const body = new ReadableStream(
        {
          start: (controller) => {
            open.push(() => controller.close());
          },
          pull: () => reading(),
        },
        { highWaterMark: 0 },
      );
      return upload(own, body);
    };
    const running = [slow(), slow()];
    await Promise.all(isRead);
    const third = await answerOf(await upload(await cookieOf(row.people.right)));
    expect(third).toMatchObject({ status: 429, reason: 'uploads_at_once' });
    expect(JSON.parse(third.text).message).toBe(
      'You have 2 uploads under way. Wait until one of them is done and try again.',
    );
    expect((await upload(await cookieOf(row.people.other))).status).toBe(404);
    for (const end of open) end();
    // Empty as they are, they are refused, and that gives their turns back.
    for (const response of await Promise.all(running)) expect(response.status).toBe(400);
    expect((await upload(await cookieOf(row.people.right))).status).toBe(200);
  });
});
