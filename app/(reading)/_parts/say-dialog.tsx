'use client';

import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import type { FlagKind, SkipReason } from '#app/(reading)/_session/reading-types.ts';
import { FLAG_WORDS, SKIP_WORDS } from './say-words.ts';

const REASONS = Object.entries(SKIP_WORDS) as [SkipReason, string][];

/** Passes the case on: a reason by its number, words only where one wants to. */
export function SkipDialog({
  isReturned,
  onSkip,
  onClose,
}: {
  /** The person's own read, returned for correction. */
  isReturned: boolean;
  onSkip: (reason: SkipReason, note: string) => void;
  onClose: () => void;
}) {
  const [note, setNote] = useState('');
  function press(event: KeyboardEvent) {
    const reason = REASONS[Number(/^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? 0) - 1];
    if (reason === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    onSkip(reason[0], note.trim());
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title="Skip this case"
      description={
        isReturned
          ? 'Your read stands as you first submitted it, and a reviewer decides on it again. Not correcting it costs no pay.'
          : 'It goes to somebody else and does not come back to you. It is not paid, and counts against nobody.'
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: number keys for the buttons inside */}
      <div className="flex flex-col gap-3" onKeyDown={press}>
        <div className="flex flex-col gap-1">
          {REASONS.map(([reason, words], index) => (
            <Button
              key={reason}
              data-begin={index === 0 || undefined}
              className="justify-start"
              onClick={() => onSkip(reason, note.trim())}
            >
              <Kbd>{index + 1}</Kbd> {words}
            </Button>
          ))}
        </div>
        <Field label="Note" optional>
          <Input value={note} maxLength={1000} onChange={(event) => setNote(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

/**
 * R24: a sentence about the case to the clinical lead. Stays open, with the words, when it could not be sent; and keeps them, unseen, while
 * it is hidden.
 */
export function FlagDialog({
  kind,
  isHidden,
  onSend,
  onClose,
}: {
  kind: FlagKind;
  isHidden: boolean;
  onSend: (note: string) => Promise<string | null>;
  onClose: () => void;
}) {
  const words = FLAG_WORDS[kind];
  const [note, setNote] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);
  const [isPending, setIsPending] = useState(false);
  async function send(event?: FormEvent) {
    event?.preventDefault();
    if (note.trim() === '') return setError('Say in a few words what you saw.');
    setIsPending(true);
    const refusal = await onSend(note.trim());
    setIsPending(false);
    if (refusal === null) onClose();
    else setError(refusal);
  }
  return (
    <Dialog open={!isHidden} onOpenChange={onClose} size="sm" title={words.title} description={words.says}>
      <form onSubmit={send} className="flex flex-col gap-3">
        <Field label={words.label} error={error} hint="Ctrl + Enter sends.">
          <Textarea
            rows={3}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send(event);
            }}
          />
        </Field>
        <div className="flex justify-end gap-2">
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant={kind === 'phi_seen' ? 'danger' : 'primary'} pending={isPending}>
            {words.send}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
