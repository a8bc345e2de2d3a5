// A table as a file that spreadsheets open: UTF-8 with its mark, plain numbers, and nothing that could be taken for a formula.

const textOf = (cell) => (cell instanceof Node ? cell.textContent : Array.isArray(cell) ? cell.map(textOf).join('') : cell === null || cell === undefined || cell === false ? '' : String(cell));

// 1,234.5 is a number with its thousands separated; what else begins like a formula is made a text.
function cellOf(cell, number) {
  const text = textOf(cell).trim();
  if (number && /^-?[\d,]+(\.\d+)?$/.test(text)) return text.replaceAll(',', '');
  const safe = /^[=+\-@\t\r]/.test(text) && text.length > 1 ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}

export function csvOf(heads, rows, numeric) {
  const lines = [heads.map((head) => cellOf(head, false)), ...rows.map((row) => row.map((cell, at) => cellOf(cell, numeric.includes(at))))];
  return '\ufeff' + lines.map((line) => line.join(',')).join('\r\n') + '\r\n';
}

export function saved(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name.replace(/[\\/:*?"<>|\s]+/g, '-').slice(0, 80);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
