import { Sample, Section } from './section.tsx';

const grounds = [
  'canvas',
  'surface',
  'sunken',
  'hover',
  'selected',
  'line',
  'line-strong',
  'control',
] as const;
const meanings = ['accent', 'good', 'attention', 'critical', 'information'] as const;
const labels = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const sizes = [
  ['text-2xl', '28', 'Figure or title of a public page'],
  ['text-xl', '20', 'Page title, figure'],
  ['text-lg', '16', 'Answer line, section'],
  ['text-base', '14', 'Body'],
  ['text-sm', '13', 'Tables and controls'],
  ['text-xs', '12', 'Labels and remarks'],
] as const;

const swatch = (token: string) => (
  <div key={token} className="flex items-center gap-2">
    <span
      className="size-8 shrink-0 rounded-md border border-line-strong"
      style={{ background: `var(--${token})` }}
    />
    <span className="font-mono text-ink-2 text-xs">{token}</span>
  </div>
);

/** Colours and type. */
export function TokenSamples() {
  return (
    <Section id="tokens" title="Tokens">
      <Sample name="grounds and lines">
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4 lg:grid-cols-8">{grounds.map(swatch)}</div>
      </Sample>
      <Sample name="accent and meanings: plain, soft, ink">
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
          {meanings.flatMap((meaning) => [meaning, `${meaning}-soft`, `${meaning}-ink`]).map(swatch)}
        </div>
      </Sample>
      <Sample name="labels (Okabe–Ito)">
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4 lg:grid-cols-8">
          {labels.map((label) => swatch(`label-${label}`))}
        </div>
      </Sample>
      <Sample name="type">
        <div className="flex flex-col gap-2">
          {sizes.map(([className, pixels, use]) => (
            <div key={className} className="flex items-baseline gap-4">
              <span className="w-28 shrink-0 font-mono text-ink-3 text-xs">
                {pixels} {className}
              </span>
              <span className={`${className} truncate`}>{use}: 1,204 reads at $1.84</span>
            </div>
          ))}
        </div>
      </Sample>
    </Section>
  );
}
