'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

export type CopyIdProps = {
  id: string;
  /** Characters shown; the whole id is copied. The end of a v7 id tells two apart, its start is the time. */
  shown?: number | undefined;
};

/** An id in mono, short on screen, copied whole. */
export function CopyId({ id, shown = 8 }: CopyIdProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      title={id}
      aria-label={`Copy id ${id}`}
      onClick={() => {
        navigator.clipboard.writeText(id).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
      className="group inline-flex h-6 items-center gap-1 rounded-sm px-1 font-mono text-ink-2 text-xs hover:bg-hover hover:text-ink"
    >
      {id.length > shown ? `…${id.slice(-shown)}` : id}
      {copied ? (
        <Check aria-hidden className="size-3 text-good" />
      ) : (
        <Copy aria-hidden className="size-3 text-ink-3" />
      )}
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}
