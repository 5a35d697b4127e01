import { hash, verify } from '@node-rs/argon2';

/** argon2id at 19 MiB, 2 passes, 1 lane: the floor OWASP gives for interactive sign-in, about 30 ms of one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hash of a password nobody knows; checked when the address is unknown, so that the answer takes as long. */
let decoy: Promise<string> | null = null;

/** The PHC string to keep for a password. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** True when `password` belongs to `stored`; without a stored hash it costs the same time and is false. */
export async function isPasswordRight(stored: string | null, password: string): Promise<boolean> {
  if (stored === null || !stored.startsWith('$argon2id$')) {
    decoy ??= hashPassword(crypto.randomUUID());
    await verify(await decoy, password);
    return false;
  }
  return verify(stored, password);
}
