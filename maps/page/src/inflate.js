// The plan of a large region is packed (RFC 1951): unpacked here, for browsers that cannot do it by themselves.

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const AWAY = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const AWAY_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END = 256;

// Symbols in the order of their codes, and how many codes there are of each length.
function codes(lengths) {
  const count = new Uint16Array(16);
  const symbols = new Uint16Array(lengths.length);
  for (const length of lengths) count[length] += 1;
  count[0] = 0;
  const next = new Uint16Array(16);
  for (let length = 1; length < 15; length += 1) next[length + 1] = next[length] + count[length];
  lengths.forEach((length, symbol) => { if (length) { symbols[next[length]] = symbol; next[length] += 1; } });
  return { count, symbols };
}

const FIXED = [codes([...new Array(144).fill(8), ...new Array(112).fill(9), ...new Array(24).fill(7), ...new Array(8).fill(8)]), codes(new Array(30).fill(5))];

export function inflated(bytes, size) {
  const out = new Uint8Array(size);
  let [at, to, held, left] = [0, 0, 0, 0];
  const bits = (count) => {
    while (left < count) { held |= bytes[at] << left; at += 1; left += 8; }
    const value = held & ((1 << count) - 1);
    held >>>= count;
    left -= count;
    return value;
  };
  const symbol = ({ count, symbols }) => {
    let [code, first, place] = [0, 0, 0];
    for (let length = 1; length < 16; length += 1) {
      if (!left) { held = bytes[at]; at += 1; left = 8; }
      code |= held & 1;
      held >>>= 1;
      left -= 1;
      const many = count[length];
      if (code - many < first) return symbols[place + (code - first)];
      place += many;
      first = (first + many) << 1;
      code <<= 1;
    }
    throw new Error('the packed plan is damaged');
  };
  const dynamic = () => {
    const [literals, distances, own] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const lengths = new Array(19).fill(0);
    for (let place = 0; place < own; place += 1) lengths[ORDER[place]] = bits(3);
    const code = codes(lengths);
    const all = [];
    while (all.length < literals + distances) {
      const one = symbol(code);
      if (one < 16) all.push(one);
      else {
        const [value, times] = one === 16 ? [all[all.length - 1], 3 + bits(2)] : [0, one === 17 ? 3 + bits(3) : 11 + bits(7)];
        for (let time = 0; time < times; time += 1) all.push(value);
      }
    }
    return [codes(all.slice(0, literals)), codes(all.slice(literals))];
  };
  const copied = ([literal, distance]) => {
    for (let one = symbol(literal); one !== END; one = symbol(literal)) {
      if (one < END) { out[to] = one; to += 1; } else {
        const length = LENGTHS[one - 257] + bits(LENGTH_BITS[one - 257]);
        const far = symbol(distance);
        const from = to - AWAY[far] - bits(AWAY_BITS[far]);
        for (let place = 0; place < length; place += 1) out[to + place] = out[from + place];
        to += length;
      }
    }
  };
  for (let last = 0; !last;) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) {
      held = 0;
      left = 0;
      const length = bytes[at] | (bytes[at + 1] << 8);
      out.set(bytes.subarray(at + 4, at + 4 + length), to);
      at += 4 + length;
      to += length;
    } else copied(kind === 1 ? FIXED : dynamic());
  }
  return out;
}

export function planOf(element) {
  if (!element.dataset.size) return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(inflated(bytes, Number(element.dataset.size))));
}
