'use client';

import { Download } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { downloadText } from '#app/_ui/download.ts';

/** The recovery codes, this once: to be written down or saved before going on. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="flex flex-col items-start gap-4">
      <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg">
        Keep these recovery codes
      </h2>
      <p className="prose-width text-ink-2 text-sm">
        Each lets you in once when the app is not at hand. They are shown this once and are not kept in
        readable form: write them down, or save them where you keep passwords.
      </p>
      <ol className="grid w-full max-w-md grid-cols-1 gap-x-8 gap-y-1 rounded-md border border-line bg-sunken p-4 font-mono text-base sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={<Download aria-hidden />}
          onClick={() =>
            downloadText(
              'readroom-recovery-codes.txt',
              'text/plain',
              `Recovery codes of Readroom; each works once.\n\n${codes.join('\n')}\n`,
            )
          }
        >
          Save as a file
        </Button>
        <Button variant="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </section>
  );
}
