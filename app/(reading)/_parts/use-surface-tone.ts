'use client';

import { useEffect, useState } from 'react';
import { browserStore } from '#app/(reading)/_session/device-store.ts';

type Tone = 'dark' | 'light';

const remembered = () => browserStore('readroom.tone', () => Date.now());

/**
 * Dark round images, light for text. A batch keeps the tone of its cases, so that opening the next one changes nothing; until
 * the first case is there, the tone of the last visit holds.
 */
export function useSurfaceTone(batchId: string, ofCase: Tone | null): Tone {
  const [tone, setTone] = useState<Tone>('dark');
  useEffect(() => {
    if (ofCase !== null) remembered().write(batchId, ofCase);
    const kept = ofCase ?? remembered().read(batchId);
    if (kept === 'light' || kept === 'dark') setTone(kept);
  }, [batchId, ofCase]);
  return ofCase ?? tone;
}
