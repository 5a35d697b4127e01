/** A PostgreSQL 18 that this process started; it does not end with the process, the caller stops it. */
export interface RunningPostgres {
  dataDir: string;
  port: number;
  /** The superuser's URL for a database, `postgres` when none is named. */
  adminUrl(database?: string): string;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/** A throw-away PostgreSQL 18 for tests. */
export interface ScratchPostgres {
  /** The superuser's URL, database `postgres`. */
  adminUrl: string;
  port: number;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a throw-away PostgreSQL 18 on a free loopback port: fast instead of crash-safe, 200 connections unless told;
 * `inMemory` keeps its files in memory where the machine has the room.
 * What a killed run leaves behind is removed by the next call.
 */
export function startScratchPostgres(options?: {
  maxConnections?: number;
  durable?: boolean;
  inMemory?: boolean;
}): Promise<ScratchPostgres>;

/** The folders in which throw-away data may lie: on the disk, and in memory where this process may use it. */
export function listScratchHomes(memory?: string): string[];

/** The folder whose files are memory, if there is one with that much room. */
export function findMemoryHome(folder?: string, bytes?: number): string | null;

/** Starts PostgreSQL 18 on a data directory, creating it first when it is not there. */
export function startPostgres(options: {
  dataDir: string;
  password: string;
  port?: number;
  durable?: boolean;
  maxConnections?: number;
}): Promise<RunningPostgres>;

/** Where a clone keeps its database, and why it is not inside the clone when it is not. */
export function locateDataDirectory(options: { home: string; instanceId: string }): {
  dataDir: string;
  movedBecause: string | null;
};

/** A password that needs no escaping in a URL. */
export function makePassword(): string;
