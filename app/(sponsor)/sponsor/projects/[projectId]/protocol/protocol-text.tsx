import { Badge } from '#app/_ui/badge.tsx';
import { Markdown } from '#app/_ui/markdown.tsx';
import type { LabelField, ProtocolContent } from '#server/protocols/schemas.ts';
import { conditionWords } from './condition-words.ts';

/** A protocol as it is read and signed. */
export function ProtocolText({ content }: { content: ProtocolContent }) {
  const { fields, rules, gatedFields } = content.labelSchema;
  return (
    <div className="flex max-w-[860px] flex-col gap-8">
      <section aria-labelledby="guidelines-title">
        <h2 id="guidelines-title" className="mb-2 font-semibold text-lg">
          Guidelines
        </h2>
        {content.guidelinesMarkdown.trim() === '' ? (
          <p className="text-ink-3 text-sm">No guidelines are written yet.</p>
        ) : (
          <Markdown>{content.guidelinesMarkdown}</Markdown>
        )}
      </section>
      <section aria-labelledby="fields-title">
        <h2 id="fields-title" className="mb-2 font-semibold text-lg">
          Fields
        </h2>
        <ul className="divide-y divide-line border-line border-y">
          {fields.map((field) => (
            <li key={field.key} className="py-3">
              <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
                <span className="font-medium">{field.label}</span>
                <span className="font-mono text-ink-3 text-xs">{field.key}</span>
                {field.required ? <Badge>required</Badge> : null}
                {gatedFields.includes(field.key) ? <Badge>counts for a correct label</Badge> : null}
              </p>
              <p className="prose-width mt-0.5 text-ink-2 text-sm">{field.definition}</p>
              <p className="mt-1 text-ink-3 text-sm">{answerKind(field)}</p>
              {field.options === undefined ? null : (
                <ol className="mt-1 list-decimal pl-6 text-sm">
                  {field.options.map((option) => (
                    <li key={option.value}>
                      {option.label}
                      {option.definition ? <span className="text-ink-3">: {option.definition}</span> : null}
                    </li>
                  ))}
                </ol>
              )}
              {field.requiredIf === undefined ? null : (
                <p className="mt-1 text-ink-3 text-sm">
                  Required when {conditionWords(field.requiredIf, fields)}.
                </p>
              )}
            </li>
          ))}
        </ul>
      </section>
      {rules.length === 0 ? null : (
        <section aria-labelledby="rules-title">
          <h2 id="rules-title" className="mb-2 font-semibold text-lg">
            Rules between fields
          </h2>
          <ul className="list-disc pl-5 text-sm">
            {rules.map((rule) => (
              <li key={rule.key} className="prose-width py-0.5">
                When {conditionWords(rule.when, fields)}, then {conditionWords(rule.must, fields)}.{' '}
                <span className="text-ink-3">“{rule.message}”</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {content.edgeCases.length === 0 ? null : (
        <section aria-labelledby="examples-title">
          <h2 id="examples-title" className="mb-2 font-semibold text-lg">
            Edge cases
          </h2>
          {content.edgeCases.map((one) => (
            <div key={one.title} className="border-line border-t py-3">
              <h3 className="mb-1 font-medium">{one.title}</h3>
              <Markdown>{one.description}</Markdown>
            </div>
          ))}
        </section>
      )}
    </div>
  );
}

function answerKind({ type, unit, min, max, maxLength }: LabelField): string {
  const range = [
    min === undefined ? '' : `from ${min}`,
    max === undefined ? '' : `up to ${max}`,
    unit === undefined ? '' : unit,
  ].filter((part) => part !== '');
  switch (type) {
    case 'boolean':
      return 'Yes or no';
    case 'categorical':
      return 'One of';
    case 'ordinal':
      return 'One of, in order from low to high';
    case 'multi_label':
      return 'Any of';
    case 'number':
      return ['A number', ...range].join(' ');
    case 'text':
      return maxLength === undefined ? 'Free text' : `Free text of at most ${maxLength} characters`;
  }
}
