import type { ReactNode } from 'react';
import type { ExternalToast } from 'sonner';

type Tone = 'plain' | 'success' | 'error';
type Show = (tone: Tone, words: ReactNode, options: ExternalToast | undefined) => void;

const waiting: Parameters<Show>[] = [];
const listeners = new Set<() => void>();
let show: Show | null = null;
let wanted = false;

function raise(...raised: Parameters<Show>): void {
  if (show !== null) {
    show(...raised);
    return;
  }
  waiting.push(raised);
  wanted = true;
  for (const listener of listeners) listener();
}

/** A short message that goes by itself. `options.action` offers an undo: `{ label: 'Undo', onClick }`. */
export const toast = Object.assign(
  (words: ReactNode, options?: ExternalToast) => raise('plain', words, options),
  {
    success: (words: ReactNode, options?: ExternalToast) => raise('success', words, options),
    error: (words: ReactNode, options?: ExternalToast) => raise('error', words, options),
  },
);

/** For the root layout: hears when the first message is raised. */
export function onFirstToast(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether any message was raised since the page was loaded. */
export function isToastWanted(): boolean {
  return wanted;
}

/** For the loaded toaster: takes over, beginning with the messages that waited for it. */
export function connectToasts(loaded: Show): () => void {
  show = loaded;
  for (const raised of waiting.splice(0)) loaded(...raised);
  return () => {
    show = null;
  };
}
