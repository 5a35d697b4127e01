import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { download, openHttpDoor, wordsOf } from './api-client.ts';

const credentials = { email: 'operator@example.org', password: 'words' };

/** The address of an app that has gone. */
async function goneApp(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe('an app that is gone in the middle of a replay', () => {
  it('is told as such, for a call, a sign-in and a download', async () => {
    const url = await goneApp();
    const door = openHttpDoor(url);
    const call = await door.anonymous.identity.me.query().catch(wordsOf);
    const signIn = await door.signIn(credentials).catch(wordsOf);
    const taken = await download(url, '/api/exports/1', credentials).catch(wordsOf);
    for (const words of [call, signIn, taken]) expect(words).toMatch(/^The app stopped answering\./);
  });
});
