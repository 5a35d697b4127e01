export const READROOM_COMMAND: string;
export function needsDatabase(args: readonly string[]): boolean;
export function isBenchAlone(file: string, args: readonly string[]): boolean;
