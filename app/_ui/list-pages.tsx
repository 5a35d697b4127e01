import { LinkButton } from './link-button.tsx';

type ListPagesProps = {
  /** What is listed, so that two lists' links are told apart. */
  of: string;
  said: string;
  firstHref: string | null;
  nextHref: string | null;
};

/** How much of a list is shown, and the way to the rest. */
export function ListPages({ of, said, firstHref, nextHref }: ListPagesProps) {
  return (
    <nav aria-label={`Pages of ${of}`} className="mt-3 flex min-h-8 items-center gap-3 text-ink-3 text-xs">
      <span>{said}</span>
      {firstHref === null ? null : (
        <LinkButton size="sm" href={firstHref}>
          First page
        </LinkButton>
      )}
      {nextHref === null ? null : (
        <LinkButton size="sm" href={nextHref}>
          Next page
        </LinkButton>
      )}
    </nav>
  );
}
