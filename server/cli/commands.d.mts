export const READROOM_COMMAND: string;
export function needsDatabase(args: readonly string[]): boolean;
