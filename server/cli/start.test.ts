import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EndedStart, runStart } from './run-start.ts';

let home: string;
let servers: Server[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'readroom-start-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(home, { recursive: true, force: true });
});

/** Something that listens on the loopback address; it takes connections and says nothing. */
function listen(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}));
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const port = await listen();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

/** Ended with 1 and exactly this sentence, before anything was made. */
function expectRefusal({ code, err }: EndedStart, sentence: string | RegExp): void {
  expect(err.trimEnd()).toEqual(
    typeof sentence === 'string' ? sentence : expect.stringMatching(new RegExp(`^${sentence.source}$`)),
  );
  expect(code).toBe(1);
  expect(existsSync(join(home, 'postgres'))).toBe(false);
}

describe('npm start refuses in one sentence, with exit code 1,', () => {
  it('a port that another program has', async () => {
    const port = await listen();
    expectRefusal(
      await runStart(home, { PORT: String(port) }),
      `Port ${port} is taken by another program; stop it, or choose another port: PORT=3000 npm start.`,
    );
  });

  it('a PORT that is none', async () => {
    expectRefusal(
      await runStart(home, { PORT: 'http' }),
      'PORT is "http", which is no port number; set it to a number from 1 to 65535.',
    );
  });

  it('a second start on one data folder, while the first goes on; and a database that never answers', async () => {
    // The first start waits for a database that takes its connection and is silent.
    const silent = await listen();
    let connected: () => void = () => {};
    const isConnected = new Promise<void>((resolve) => {
      connected = resolve;
    });
    servers[0]?.once('connection', () => connected());
    const url = `postgres://me:secret@127.0.0.1:${silent}/readroom`;
    const first = runStart(home, { PORT: String(await freePort()), DATABASE_URL: url });
    await isConnected;
    expectRefusal(
      await runStart(home, { PORT: String(await freePort()) }),
      /Readroom is already starting or stopping on .+ \("npm start", process \d+\); stop that one first\./,
    );
    expectRefusal(
      await first,
      `The database at 127.0.0.1:${silent}/readroom (DATABASE_URL) can't be reached: no answer within 5 s. Start it or correct DATABASE_URL.`,
    );
    // The folder was given back with the refusal.
    expectRefusal(await runStart(home, { PORT: 'x' }), /PORT is .+/);
  });

  it('a database where nothing listens, without showing its password', async () => {
    const port = await freePort();
    const url = `postgres://me:secret@127.0.0.1:${port}/readroom?sslmode=disable`;
    expectRefusal(
      await runStart(home, { PORT: String(await freePort()), DATABASE_URL: url }),
      `The database at 127.0.0.1:${port}/readroom (DATABASE_URL) can't be reached: nothing listens there. Start it or correct DATABASE_URL.`,
    );
  });

  it.each([['readroom'], ['mysql://me:secret@127.0.0.1/readroom']])(
    'a DATABASE_URL like "%s"',
    async (url) => {
      expectRefusal(
        await runStart(home, { PORT: String(await freePort()), DATABASE_URL: url }),
        'DATABASE_URL is not a URL like postgres://user:password@host:5432/database; correct it.',
      );
    },
  );

  it('a DATABASE_URL whose port is no number', async () => {
    expectRefusal(
      await runStart(home, {
        PORT: String(await freePort()),
        DATABASE_URL: 'postgres://me:secret@127.0.0.1:port/readroom',
      }),
      /.*DATABASE_URL.* it is not a URL like postgres:\/\/user:password@host:5432\/database.*/,
    );
  });
});
