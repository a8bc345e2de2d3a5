// How wide a text will be drawn, and names cut to the room that there is.

import { FONT } from './theme.js';

const ruler = document.createElement('canvas').getContext('2d');
const widths = new Map();

// Width of a text as it will be drawn [px].
export function wide(text, size, bold) {
  const key = size + (bold ? 'b' : '') + text;
  if (!widths.has(key)) {
    ruler.font = `${bold ? 700 : 400} ${size}px ${FONT}`;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

export function forgetWidths() {
  widths.clear();
}

// A text as far as it has room [px], with dots where it was cut.
export function cut(text, size, room) {
  if (wide(text, size) <= room) return text;
  const dots = /[\u2e80-\uffff]/.test(text) ? '…' : '...';
  const letters = [...text];
  while (letters.length && wide(letters.join('') + dots, size) > room) letters.pop();
  return letters.join('').trimEnd() + dots;
}
