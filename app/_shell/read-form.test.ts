import { expect, test } from 'vitest';
import { z } from 'zod';
import { sendChecked } from './read-form.ts';

const schema = z.object({ reason: z.string().trim().min(1, 'Say why.') });

test('what a schema finds wrong is said and not sent', async () => {
  const sent: unknown[] = [];
  expect(await sendChecked(schema, { reason: ' ' }, async (one) => sent.push(one))).toEqual([
    { name: 'reason', message: 'Say why.' },
  ]);
  expect(sent).toEqual([]);
});

test('what is right is sent as the schema reads it; a refusal goes on to who shows it', async () => {
  const sent: unknown[] = [];
  expect(await sendChecked(schema, { reason: ' Twice. ' }, async (one) => sent.push(one))).toBeNull();
  expect(sent).toEqual([{ reason: 'Twice.' }]);
  const refused = new Error('It was decided already.');
  await expect(sendChecked(schema, { reason: 'x' }, () => Promise.reject(refused))).rejects.toBe(refused);
});
