import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';

/** Nothing here, or nothing for this person: the two are not told apart. */
export function PageNotFound() {
  return (
    <EmptyState title="There is no such page" action={<LinkButton href="/">Go to your home page</LinkButton>}>
      It may have been moved, or it belongs to another organisation. Switch organisations in the menu if you
      have several.
    </EmptyState>
  );
}
