'use client';

import type { RefObject } from 'react';
import type { Held } from '#app/(reading)/_session/reading-types.ts';
import { CasePane } from './case-pane.tsx';
import type { ImageDesk } from './use-image-desk.ts';

/**
 * The case on the screen and, laid out unseen behind it, the next: its images are in place when it comes forward, so that a
 * submit only turns one visible and the other not.
 */
export function CaseStack({
  cases,
  desk,
  scroller,
}: {
  cases: readonly Held[];
  desk: ImageDesk;
  scroller: RefObject<HTMLElement | null>;
}) {
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden">
      {cases.slice(0, 2).map((held, index) =>
        held.content === null ? null : (
          <div
            key={held.leaseId}
            inert={index > 0}
            aria-hidden={index > 0}
            className={
              index === 0
                ? 'flex min-h-0 min-w-0 flex-1 flex-col'
                : 'pointer-events-none invisible absolute inset-0 flex flex-col overflow-hidden'
            }
          >
            <CasePane
              held={held}
              content={held.content}
              desk={desk}
              scroller={index === 0 ? scroller : null}
            />
          </div>
        ),
      )}
    </div>
  );
}
