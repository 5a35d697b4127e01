export type ProcessIdentity = { pid: number; startedAt: string };
export type LockState = {
  owner: ProcessIdentity;
  command: string;
  state: 'starting' | 'running' | 'stopping' | 'released';
  url?: string;
  postgresPort?: number;
  children?: ProcessIdentity[];
};
export type Lock = {
  update: (change: Partial<LockState>) => void;
  release: () => void;
  leftBehind: LockState | null;
};
export function readLiveLock(home: string): LockState | null;
export function takeLock(home: string, command: string): Lock | { heldBy: LockState };
