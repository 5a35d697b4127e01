/** A control of an open dialog, as it may be where the keyboard begins. */
export type FocusChoice = {
  /** Something to fill in or to choose from. */
  isField: boolean;
  /** One of several of which another is chosen. */
  isUnchosen: boolean;
  /** A button that does what the dialog asks about. */
  isAct: boolean;
  isClose: boolean;
  /** Named by the dialog as where to begin (`data-begin`). */
  isNamed: boolean;
};

/**
 * Where the keyboard begins in a dialog: what it names itself, else its first field, else the first control that decides nothing; where
 * there are only buttons that act, with closing it, which is the least that can be done (WAI-ARIA Authoring Practices, dialog).
 * `choices` in their order on the screen; -1 where there are none.
 */
export function firstFocus(choices: readonly FocusChoice[]): number {
  const ranks: ((one: FocusChoice) => boolean)[] = [
    (one) => one.isNamed,
    (one) => one.isField && !one.isUnchosen,
    (one) => !(one.isField || one.isAct || one.isClose),
    (one) => one.isClose,
  ];
  const rank = ranks.find((is) => choices.some(is));
  return rank === undefined ? -1 : choices.findIndex(rank);
}

/**
 * Where the keyboard goes in a dialog whose fields came after it had begun elsewhere, at a button or at the dialog itself: to what it would
 * have begun at, if that is a field or named; -1 while there is none such.
 */
export function lateFocus(choices: readonly FocusChoice[]): number {
  const at = firstFocus(choices);
  const first = choices[at];
  return first !== undefined && (first.isNamed || (first.isField && !first.isUnchosen)) ? at : -1;
}
