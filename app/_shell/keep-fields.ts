/** What is read and set of a form's control; an `HTMLInputElement`, a text area and a select all have it. */
export type Control = {
  name: string;
  type: string;
  value: string;
  defaultValue?: string;
  checked?: boolean;
  defaultChecked?: boolean;
  options?: Iterable<{ selected: boolean; defaultSelected: boolean }>;
  files?: FileList | null;
  previousElementSibling?: Element | null;
  dispatchEvent?: (event: Event) => boolean;
};

type Held = Pick<Control, 'value' | 'checked' | 'files'>;
/** What was filled in, by name; a name that several controls share has one entry for each, in their order; null for what nobody touched. */
export type KeptFields = ReadonlyMap<string, readonly (Held | null)[]>;

/** Neither what the page itself put there nor a secret is kept. */
const NOT_KEPT: readonly string[] = ['hidden', 'password', 'button', 'submit', 'reset'];

const fieldsOf = (controls: Iterable<unknown>): Control[] =>
  ([...controls] as Control[]).filter(({ name, type }) => Boolean(name) && !NOT_KEPT.includes(type));

/** Whether somebody has changed it. What they left as it was follows what the page says when it is drawn anew. */
function isTouched(control: Control): boolean {
  if (control.type === 'checkbox' || control.type === 'radio')
    return control.checked !== control.defaultChecked;
  if (control.type === 'file') return (control.files?.length ?? 0) > 0;
  if (control.options === undefined) return control.value !== control.defaultValue;
  const options = [...control.options];
  // Without a default the browser shows the first.
  const hasDefault = options.some((one) => one.defaultSelected);
  return options.some((one, index) => one.selected !== (hasDefault ? one.defaultSelected : index === 0));
}

/** What somebody has filled in so far, to be put back by `restoreFields` when the form is drawn anew. */
export function keepFields(controls: Iterable<unknown>): KeptFields {
  const kept = new Map<string, (Held | null)[]>();
  for (const control of fieldsOf(controls)) {
    const { name, value, checked, files } = control;
    const held = kept.get(name) ?? [];
    held.push(
      isTouched(control)
        ? { value, ...(checked === undefined ? {} : { checked }), files: files ?? null }
        : null,
    );
    kept.set(name, held);
  }
  return kept;
}

/** Fills a form that was drawn anew with what was kept; a control that was not there before stays as it is. */
export function restoreFields(controls: Iterable<unknown>, kept: KeptFields): void {
  const seen = new Map<string, number>();
  for (const control of fieldsOf(controls)) {
    const at = seen.get(control.name) ?? 0;
    seen.set(control.name, at + 1);
    const held = kept.get(control.name)?.[at];
    if (held) put(control, held);
  }
}

function put(control: Control, { value, checked, files }: Held): void {
  if (control.type === 'checkbox' || control.type === 'radio') {
    if (checked !== undefined && checked !== control.checked) tick(control, checked);
  } else if (control.type === 'file') {
    if (files === null || files === undefined || files.length === 0) return;
    control.files = files;
    // Whoever shows the chosen files learns of them as if they had been chosen now.
    control.dispatchEvent?.(new Event('change', { bubbles: true }));
  } else {
    control.value = value;
  }
}

/** Our own boxes are drawn as a button, with the form's control hidden behind it: the button is what changes both. */
function tick(control: Control, checked: boolean): void {
  const box = control.previousElementSibling as HTMLElement | null | undefined;
  const role = box?.getAttribute('role');
  if (role === 'checkbox' || role === 'radio') box?.click();
  else control.checked = checked;
}
