import type { FlagKind } from './reading-types.ts';

export type PageAction =
  | { do: 'choose'; digit: number }
  | { do: 'confidence'; level: number }
  | { do: 'submit' | 'undo' | 'skip' | 'guideline' | 'help' | 'cancel' }
  | { do: 'flag'; kind: FlagKind }
  | { do: 'step'; by: 1 | -1 }
  | { do: 'zoom'; factor: number }
  | { do: 'pan'; x: number; y: number }
  | { do: 'light'; what: 'brightness' | 'contrast'; by: number }
  | { do: 'scroll'; pages: number }
  | { do: 'reset' | 'next_image' };

export type KeyPress = {
  key: string;
  /** Physical key, such as "Digit1": a digit is a digit on every layout, with Shift too. */
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
};

/** Where the key was pressed: on the page, in one line of text, in several, or on a button or link. */
export type KeyPlace = 'page' | 'line' | 'lines' | 'button';

const FLAGS: Record<string, FlagKind> = {
  a: 'ask',
  p: 'phi_seen',
  i: 'incidental_finding',
  t: 'technical',
};

const ARROWS: Record<string, { x: number; y: 1 | -1 | 0 }> = {
  arrowdown: { x: 0, y: 1 },
  arrowup: { x: 0, y: -1 },
  arrowright: { x: 1, y: 0 },
  arrowleft: { x: -1, y: 0 },
};
const PAN_PIXELS = 60;

/**
 * What a key does on the reading page; null when it is left to the browser. Keys with Ctrl, ⌘ or Alt are the browser's. While
 * text is typed only Enter (Ctrl+Enter where Enter is a new line) and Escape are taken.
 */
export function pageAction(press: KeyPress, place: KeyPlace): PageAction | null {
  const { key, repeat } = press;
  const isMod = press.ctrlKey || press.metaKey;
  if (press.altKey) return null;
  if (key === 'Escape') return { do: 'cancel' };
  if (key === 'Enter' && !repeat) {
    const isSubmit = place === 'lines' ? isMod : !isMod && place !== 'button';
    return isSubmit && !press.shiftKey ? { do: 'submit' } : null;
  }
  if (place === 'line' && !isMod && !press.shiftKey) return stepAction(key);
  if (isMod || place === 'line' || place === 'lines') return null;
  if (key === '?') return { do: 'help' };
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  if (digit !== undefined) {
    if (repeat) return null;
    const number = Number(digit);
    if (!press.shiftKey) return { do: 'choose', digit: number };
    return number >= 1 && number <= 5 ? { do: 'confidence', level: number } : null;
  }
  return letterAction(key.toLowerCase(), press);
}

/** In one line of text the arrows up and down have nothing else to do. */
function stepAction(key: string): PageAction | null {
  if (key === 'ArrowDown') return { do: 'step', by: 1 };
  return key === 'ArrowUp' ? { do: 'step', by: -1 } : null;
}

function letterAction(key: string, press: KeyPress): PageAction | null {
  const sign = press.shiftKey ? -1 : 1;
  const arrow = ARROWS[key];
  if (arrow !== undefined) {
    if (press.shiftKey) return { do: 'pan', x: -arrow.x * PAN_PIXELS, y: -arrow.y * PAN_PIXELS };
    return arrow.y === 0 ? null : { do: 'step', by: arrow.y };
  }
  if (key === 'z') return { do: 'zoom', factor: 1.25 ** sign };
  if (key === 'b') return { do: 'light', what: 'brightness', by: 0.1 * sign };
  if (key === 'c') return { do: 'light', what: 'contrast', by: 0.1 * sign };
  if (key === 'pagedown') return { do: 'scroll', pages: 0.8 };
  if (key === 'pageup') return { do: 'scroll', pages: -0.8 };
  if (press.repeat || press.shiftKey) return null;
  const flag = FLAGS[key];
  if (flag !== undefined) return { do: 'flag', kind: flag };
  switch (key) {
    case 'u':
      return { do: 'undo' };
    case 's':
      return { do: 'skip' };
    case 'g':
      return { do: 'guideline' };
    case 'r':
      return { do: 'reset' };
    case 'v':
      return { do: 'next_image' };
    default:
      return null;
  }
}
