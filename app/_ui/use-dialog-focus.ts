import { useRef } from 'react';
import { type FocusChoice, firstFocus, lateFocus } from './first-focus.ts';

const FIELDS =
  'input:not([type=hidden]), textarea, select, [role=combobox], [role=radio], [role=checkbox], [role=switch], [contenteditable=true]';
/** What no key comes to; the radio buttons of a group are reached together. */
const UNREACHED = ':disabled, [aria-hidden=true], [tabindex="-1"]:not([role=radio])';
const CONTROLS = `${FIELDS}, button, a[href], summary`;
/** What shows that somebody is at a dialog. */
const ACTS = ['keydown', 'pointerdown'] as const;

/**
 * Where the focus goes when a dialog opens and closes. It begins at the first control that means something (`firstFocus`), or at the
 * dialog itself where that would scroll its beginning out of sight. Of a dialog without a trigger, because whether it is open is held
 * outside, it goes back to where it was: there Radix would let it fall to the body, and the keyboard would start at the top. Where its
 * fields come later it goes to them then (`awaitField`).
 */
export function useDialogFocus(hasTrigger: boolean) {
  const content = useRef<HTMLDivElement>(null);
  const opener = useRef<Element | null>(null);
  return {
    ref: content,
    onOpenAutoFocus: (event: Event) => {
      opener.current = document.activeElement;
      if (content.current === null) return;
      event.preventDefault();
      begin(content.current);
    },
    ...(hasTrigger
      ? {}
      : {
          onCloseAutoFocus: (event: Event) => {
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          },
        }),
  };
}

function begin(content: HTMLElement): void {
  const controls = controlsOf(content);
  const choices = controls.map(choiceOf);
  focusOn(controls[firstFocus(choices)], content);
  if (lateFocus(choices) < 0) awaitField(content);
}

/**
 * Waits for the first field of a dialog that had none when it opened, since what it asks for was still on its way, and puts the focus
 * there; unless whoever is at it has moved the focus or done anything else there meanwhile, which is then left alone.
 */
function awaitField(content: HTMLElement): void {
  const began = document.activeElement;
  const watch = new MutationObserver(() => {
    const now = document.activeElement;
    // Where what held the focus goes away, it falls to the dialog or the page.
    if (now !== began && now !== document.body && now !== content) return leave();
    const controls = controlsOf(content);
    const first = controls[lateFocus(controls.map(choiceOf))];
    if (first === undefined) return;
    leave();
    focusOn(first, content);
  });
  const leave = () => {
    watch.disconnect();
    for (const act of ACTS) content.removeEventListener(act, leave, true);
  };
  for (const act of ACTS) content.addEventListener(act, leave, true);
  watch.observe(content, { childList: true, subtree: true, attributeFilter: ['disabled'] });
}

function controlsOf(content: HTMLElement): HTMLElement[] {
  return [...content.querySelectorAll<HTMLElement>(CONTROLS)].filter(
    (one) => !one.matches(UNREACHED) && one.getClientRects().length > 0,
  );
}

/** The dialog itself takes the focus where there is nothing for it, or it is out of sight. */
function focusOn(first: HTMLElement | undefined, content: HTMLElement): void {
  const isInSight = first !== undefined && first.getBoundingClientRect().bottom <= endOfSight(first, content);
  (isInSight ? first : content).focus({ preventScroll: true });
}

function choiceOf(control: HTMLElement): FocusChoice {
  return {
    isField: control.matches(FIELDS),
    isUnchosen: isUnchosen(control),
    isAct: control.matches('[data-acts], [type=submit]'),
    isClose: control.matches('[data-closes]'),
    isNamed: control.matches('[data-begin]'),
  };
}

/** A radio button of a group in which another is chosen; the first of a group without a choice counts as chosen. */
function isUnchosen(control: HTMLElement): boolean {
  if (!control.matches('[type=radio], [role=radio]')) return false;
  const group = control.closest('[role=radiogroup], fieldset');
  const chosen = group?.querySelector('[type=radio]:checked, [role=radio][aria-checked=true]');
  return chosen != null && chosen !== control;
}

/** The lower edge of what can be seen of a control without scrolling. */
function endOfSight(control: HTMLElement, content: HTMLElement): number {
  const frame = control.closest('[data-scrolls]') ?? content;
  return frame.getBoundingClientRect().bottom;
}
