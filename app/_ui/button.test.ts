import { createElement, type MouseEvent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { Button, type ButtonProps } from './button.tsx';

const drawn = (props: ButtonProps) => renderToStaticMarkup(createElement(Button, props, 'Save'));

describe('Button', () => {
  it('keeps the focus while it works: said to be disabled, but not disabled', () => {
    expect(drawn({ pending: true })).toMatch(/aria-busy="true" aria-disabled="true"/);
    expect(drawn({ pending: true })).not.toContain('disabled=""');
    expect(drawn({ disabled: true })).toContain('disabled=""');
    expect(drawn({})).not.toContain('disabled="');
  });

  it('takes no second press while it works, nor sends its form', () => {
    const onClick = vi.fn();
    const press = (pending: boolean) => {
      const event = { preventDefault: vi.fn(), stopPropagation: vi.fn() };
      Button({ pending, onClick, type: 'submit' }).props.onClick(event as unknown as MouseEvent);
      return event.preventDefault.mock.calls.length;
    };
    expect(press(true)).toBe(1);
    expect(onClick).not.toHaveBeenCalled();
    expect(press(false)).toBe(0);
    expect(onClick).toHaveBeenCalledTimes(1);
  });
});
