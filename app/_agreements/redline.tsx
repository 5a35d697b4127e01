import { diffWords } from './diff-words.ts';

/** A proposed wording against the standing one: struck out what goes, underlined what comes; said, not only drawn. */
export function Redline({ before, after }: { before: string; after: string }) {
  return (
    <p className="prose-width whitespace-pre-wrap rounded-md bg-sunken p-2 leading-6">
      {diffWords(before, after).map((part, index) => {
        const key = `${index} ${part.kind}`;
        if (part.kind === 'same') return <span key={key}>{part.text}</span>;
        return part.kind === 'removed' ? (
          <del key={key} className="text-critical-ink">
            <span className="sr-only">removed: </span>
            {part.text}
          </del>
        ) : (
          <ins key={key} className="font-medium text-good-ink underline">
            <span className="sr-only">added: </span>
            {part.text}
          </ins>
        );
      })}
    </p>
  );
}
