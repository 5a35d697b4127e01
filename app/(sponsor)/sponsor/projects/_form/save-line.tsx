import { DateTime } from '#app/_ui/date-time.tsx';
import type { SaveState } from './use-autosave.ts';

/** Whether what is on the page is kept, in one calm line. */
export function SaveLine({ state, waitsFor }: { state: SaveState; waitsFor: string }) {
  return (
    <p role="status" className={state.kind === 'failed' ? 'text-critical-ink text-sm' : 'text-ink-3 text-sm'}>
      {state.kind === 'saving' ? 'Saving…' : null}
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
