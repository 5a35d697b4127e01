import { describe, expect, test } from 'vitest';
import { type Control, keepFields, restoreFields } from './keep-fields.ts';

const text = (name: string, value = ''): Control => ({ name, type: 'textarea', value });
const box = (name: string, checked = false): Control => ({ name, type: 'checkbox', value: 'on', checked });

describe('a form that is drawn anew', () => {
  test('has again what was typed, chosen and ticked', () => {
    const kept = keepFields([
      text('reason', 'Measured twice.'),
      { ...text('kind', 'b'), type: 'select-one' },
      box('mayShow', true),
    ]);
    const anew = [text('reason'), { ...text('kind', 'a'), type: 'select-one' }, box('mayShow')];
    restoreFields(anew, kept);
    expect(anew).toMatchObject([{ value: 'Measured twice.' }, { value: 'b' }, { checked: true }]);
  });

  test('keeps controls of one name apart, and leaves what was not there before as it is', () => {
    const kept = keepFields([box('site', true), box('site')]);
    const anew = [box('site'), box('site'), box('site', true), text('note', 'as given')];
    restoreFields(anew, kept);
    expect(anew).toMatchObject([
      { checked: true },
      { checked: false },
      { checked: true },
      { value: 'as given' },
    ]);
  });

  test('leaves alone what nobody touched, so that it follows what the page says by then', () => {
    const option = (selected: boolean, defaultSelected: boolean) => ({ selected, defaultSelected });
    const kept = keepFields([
      { ...text('about', 'old'), defaultValue: 'old' },
      { ...box('isOpen', true), defaultChecked: true },
      { ...text('kind', 'a'), type: 'select-one', options: [option(true, false), option(false, false)] },
      { ...text('unit', 'mm'), type: 'select-one', options: [option(false, true), option(true, false)] },
    ]);
    const anew = [text('about', 'new'), box('isOpen'), text('kind', 'b'), text('unit', 'cm')];
    restoreFields(anew, kept);
    expect(anew).toMatchObject([{ value: 'new' }, { checked: false }, { value: 'b' }, { value: 'mm' }]);
  });

  test('takes over neither a secret nor what the page itself put there', () => {
    const secret = { ...text('password', 'x'), type: 'password' };
    const hidden = { ...text('batchId', 'old'), type: 'hidden' };
    const anew = [
      { ...secret, value: '' },
      { ...hidden, value: 'new' },
    ];
    restoreFields(anew, keepFields([secret, hidden, text('')]));
    expect(anew).toMatchObject([{ value: '' }, { value: 'new' }]);
  });

  test('ticks a box of ours by its button, since the control behind it follows', () => {
    const behind = box('mayShow');
    const button = {
      getAttribute: () => 'checkbox',
      click: () => {
        behind.checked = true;
      },
    };
    behind.previousElementSibling = button as unknown as Element;
    restoreFields([behind], keepFields([box('mayShow', true)]));
    expect(behind.checked).toBe(true);
  });

  test('says of a file that it was chosen; one that was not is left alone', () => {
    const told: string[] = [];
    const field = (files: File[]): Control => ({
      name: 'file',
      type: 'file',
      value: '',
      files: files as unknown as FileList,
      dispatchEvent: (event) => told.push(event.type) > 0,
    });
    const anew = field([]);
    restoreFields([anew], keepFields([field([new File(['x'], 'soc2.pdf')])]));
    expect(anew.files?.[0]?.name).toBe('soc2.pdf');
    restoreFields([field([])], keepFields([field([])]));
    expect(told).toEqual(['change']);
  });
});
