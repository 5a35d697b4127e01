import { eq } from 'drizzle-orm';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { mails, notifications } from '#db/schema/notifications.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { manualClock, systemClock } from '#server/core/clock.ts';
import { JOBS } from '#server/jobs/registry.ts';
import { runOnce } from '#server/jobs/run-jobs.ts';
import { sendMailJob } from './jobs.ts';
import { isMailboxLocal, readLocalMailbox } from './local-mailbox.ts';
import { markNoticesRead } from './mark-notices-read.ts';
import { notifyPerson } from './notify-person.ts';
import { listNotices } from './reads.ts';
import { queueMail } from './send-mail.ts';

describe('mail and notes', () => {
  let t: TestDatabase;
  let ctx: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const org = await makeOrganisation(t.db, { kind: 'vendor' });
    ctx = await makeMember(t.db, { org, roles: ['vendor_owner'] });
  });
  afterAll(() => t.drop());
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const queue = (to = 'ada@example.test') =>
    transact(ctx, (tx) => queueMail(tx, { to, subject: 'Hello', body: 'A secret link' }));
  const mailOf = async (id: string) => {
    const [row] = await t.db.select().from(mails).where(eq(mails.id, id));
    return row!;
  };
  const send = (mailId: string) => runOnce(t.db, systemClock, sendMailJob, { mailId });

  test('a mail and its job commit together, and neither when the command fails', async () => {
    const jobs = async () =>
      (await t.admin`select payload->>'mailId' as id from graphile_worker._private_jobs`).map((r) => r.id);
    const id = await queue();
    expect(await jobs()).toContain(id);
    let lost = '';
    const failing = transact(ctx, async (tx) => {
      lost = await queueMail(tx, { to: 'x@example.test', subject: 's', body: 'b' });
      throw new Error('later step failed');
    });
    await expect(failing).rejects.toThrow();
    expect(await jobs()).not.toContain(lost);
    expect(await t.db.select().from(mails).where(eq(mails.id, lost))).toEqual([]);
  });

  test('the job is one the worker knows', () => {
    expect(JOBS.map((job) => job.name)).toContain('notifications.send-mail');
  });

  test('by SMTP a mail leaves once, and its text is not kept', async () => {
    const received: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (part) => {
          text += part;
        });
        stream.on('end', () => {
          received.push(text);
          done();
        });
      },
    });
    const port = await new Promise<number>((resolve) => {
      const listener = server.listen(0, '127.0.0.1', () =>
        resolve((listener.address() as { port: number }).port),
      );
    });
    try {
      vi.stubEnv('SMTP_URL', `smtp://127.0.0.1:${port}`);
      const id = await queue();
      await send(id);
      await send(id);
      expect(received).toHaveLength(1);
      expect(received[0]).toContain('A secret link');
      expect(await mailOf(id)).toMatchObject({ body: '', failure: null });
      expect((await mailOf(id)).sentAt).not.toBeNull();
    } finally {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });

  test('a mail server that is not there leaves the mail waiting, with the reason', async () => {
    vi.stubEnv('SMTP_URL', 'smtp://127.0.0.1:1');
    const id = await queue();
    await expect(send(id)).rejects.toThrow();
    expect(await mailOf(id)).toMatchObject({ sentAt: null, failure: 'ESOCKET', body: 'A secret link' });
  });

  test('without SMTP a mail stays for the local mailbox, where its address finds it', async () => {
    vi.stubEnv('READROOM_MODE', 'test');
    const id = await queue('only@example.test');
    await send(id);
    const box = await readLocalMailbox(ctx, { to: 'only@example.test', limit: 10 });
    expect(box).toMatchObject([{ id, to: 'only@example.test', body: 'A secret link' }]);
  });

  test('there is no local mailbox in production, nor where mail is sent', async () => {
    expect(isMailboxLocal({})).toBe(false);
    expect(isMailboxLocal({ READROOM_MODE: 'production' })).toBe(false);
    expect(isMailboxLocal({ READROOM_MODE: 'production', READROOM_LOCAL_MAILBOX: '1' })).toBe(true);
    expect(isMailboxLocal({ READROOM_MODE: 'development' })).toBe(true);
    expect(isMailboxLocal({ READROOM_MODE: 'development', SMTP_URL: 'smtp://mail' })).toBe(false);
    vi.stubEnv('READROOM_MODE', 'production');
    vi.stubEnv('READROOM_LOCAL_MAILBOX', '');
    await expect(readLocalMailbox(ctx, { limit: 10 })).rejects.toMatchObject({ kind: 'not_found' });
  });

  test("a person's notes are listed newest first by pages, and marking touches nobody else's", async () => {
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor' }),
      roles: ['vendor_owner'],
    });
    // An id that follows from what a note is about stands nowhere in the order of time.
    const derived = 'ffffffff-0000-5000-8000-000000000000';
    for (const [n, [who, title, id]] of (
      [
        [ctx, 'one'],
        [ctx, 'two', derived],
        [other, 'theirs'],
        [ctx, 'three'],
      ] as const
    ).entries()) {
      const clock = manualClock(new Date(Date.UTC(2026, 4, 1, 8, n)));
      const note = { personId: who.actor.personId, kind: 'k', title, ...(id && { id }) };
      await transact({ ...who, clock }, (tx) => notifyPerson(tx, note));
    }
    const first = await listNotices(t.db, ctx.actor.personId, { limit: 2 });
    expect(first.items.map((n) => n.title)).toEqual(['three', 'two']);
    expect(first.unread).toBe(3);
    const second = await listNotices(t.db, ctx.actor.personId, { limit: 2, before: first.next! });
    expect(second.items.map((n) => n.title)).toEqual(['one']);
    expect(second.next).toBeNull();
    const [theirs] = await t.db
      .select()
      .from(notifications)
      .where(eq(notifications.personId, other.actor.personId));
    expect(await markNoticesRead(ctx, { ids: [theirs!.id] })).toEqual({ marked: 0 });
    expect(await markNoticesRead(ctx, {})).toEqual({ marked: 3 });
    expect((await listNotices(t.db, other.actor.personId, { limit: 5 })).unread).toBe(1);
  });
});
