import { identifiersIn } from '#server/datasets/identifier-hints.ts';
import type { SampleFindings } from './schemas.ts';

/** Files whose words the detector can read. */
const TEXTS: ReadonlySet<string> = new Set(['text/plain', 'text/csv', 'application/json']);

/**
 * What looks like an identifier in a sample's words and file, by kind, never the text itself; and what could not be looked
 * into. A help for the person who states that it shows no patient, never a proof: silence says nothing of an image.
 */
export function inspectSample(input: {
  title: string;
  body: string;
  file: { bytes: Uint8Array; mediaType: string; fileName: string } | null;
}): SampleFindings {
  const seen = [
    ...identifiersIn(input.title).map((what) => ({ where: 'the title', what })),
    ...identifiersIn(input.body).map((what) => ({ where: 'the description', what })),
  ];
  if (input.file === null) return { seen, notLookedInto: [] };
  seen.push(...identifiersIn(input.file.fileName).map((what) => ({ where: 'the name of the file', what })));
  if (!TEXTS.has(input.file.mediaType))
    return {
      seen,
      notLookedInto: [
        'The file is no text: burnt-in words, faces and metadata were not looked for. Look yourself.',
      ],
    };
  const text = new TextDecoder().decode(input.file.bytes);
  seen.push(...identifiersIn(text).map((what) => ({ where: 'the file', what })));
  return { seen, notLookedInto: [] };
}
