import { DateTime } from '#app/_ui/date-time.tsx';
import type { SaveState } from './use-autosave.ts';

/** Whether what is on the page is kept, in one calm line. `waitsFor` says what must be right first. */
export function SaveLine({ state, waitsFor }: { state: SaveState; waitsFor: string | null }) {
  const isSaving = state.kind === 'saving' || (state.kind === 'waiting' && waitsFor === null);
  return (
    <p role="status" className={state.kind === 'failed' ? 'text-critical-ink text-sm' : 'text-ink-3 text-sm'}>
      {isSaving ? 'Saving…' : null}
      {state.kind === 'saved' && state.at === null ? 'Changes are saved as you type.' : null}
      {state.kind === 'saved' && state.at !== null ? (
        <>
          Saved at <DateTime at={state.at} format="time" />.
        </>
      ) : null}
      {state.kind === 'waiting' ? waitsFor : null}
      {state.kind === 'failed' ? `Not saved. ${state.message}` : null}
    </p>
  );
}
