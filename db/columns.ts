import { bigint, char, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Primary key made by the app (UUID v7). */
export const id = () => uuid().notNull();
/** An instant, UTC. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date', precision: 3 });
/** An amount in minor units of the currency beside it. */
export const minor = () => bigint({ mode: 'bigint' });
/** ISO 4217 code. */
export const currency = () => char({ length: 3 });
/** ISO 3166-1 alpha-2 code. */
export const country = () => char({ length: 2 });
/** Lower-case hex SHA-256. */
export const sha256 = () => char({ length: 64 });
export { jsonb, text, uuid };
