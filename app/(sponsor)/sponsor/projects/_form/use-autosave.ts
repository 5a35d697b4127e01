'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { callErrorData } from '#app/_trpc/query-client.ts';

export type SaveState =
  | { kind: 'saved'; at: Date | null }
  | { kind: 'saving' }
  /** Something typed is not right yet, so it waits. */
  | { kind: 'waiting' }
  | { kind: 'failed'; message: string };

const PAUSE_MS = 800;

/**
 * Saves `input` a moment after it last changed, one save at a time; what changes during a save is saved after it. Null
 * means that it cannot be saved as it is. `save` keeps its own ids and versions.
 */
export function useAutosave<T>(
  input: T | null,
  signature: string,
  save: (input: T) => Promise<void>,
): { state: SaveState; saveNow: () => Promise<boolean> } {
  const [state, setState] = useState<SaveState>({ kind: 'saved', at: null });
  const saved = useRef(signature);
  const latest = useRef({ input, signature, save });
  latest.current = { input, signature, save };
  const running = useRef<Promise<boolean> | null>(null);

  const saveNow = useCallback(async (): Promise<boolean> => {
    if (running.current) await running.current;
    const { input: current, signature: mark, save: run } = latest.current;
    if (mark === saved.current) return true;
    if (current === null) {
      setState({ kind: 'waiting' });
      return false;
    }
    setState({ kind: 'saving' });
    running.current = run(current).then(
      () => {
        saved.current = mark;
        setState({ kind: 'saved', at: new Date() });
        return true;
      },
      (error: unknown) => {
        const known = callErrorData(error) !== null && error instanceof Error;
        const message = known
          ? error.message
          : 'Readroom could not be reached. It is tried again when you type.';
        setState({ kind: 'failed', message });
        return false;
      },
    );
    const done = await running.current;
    running.current = null;
    return done;
  }, []);

  useEffect(() => {
    if (signature === saved.current) return;
    if (input === null) setState({ kind: 'waiting' });
    const timer = setTimeout(() => void saveNow(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [signature, input, saveNow]);

  return { state, saveNow };
}
