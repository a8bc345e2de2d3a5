// Words and numbers in the language of the page.

import { state } from './store.js';

let words = {};

export function useWords(given) {
  words = given;
}

export const pick = (pair) => (pair ? pair[state.lang === 'zh' ? 0 : 1] : '');

export function t(name, fields) {
  const text = pick(words[name]) || name;
  return fields ? text.replace(/\{(\w+)\}/g, (whole, field) => (field in fields ? String(fields[field]) : whole)) : text;
}

export const known = (name, otherwise) => (words[name] ? t(name) : otherwise);

const order = { zh: new Intl.Collator('zh-Hans-CN'), en: new Intl.Collator('en') };
export const inOrder = (a, b) => order[state.lang].compare(a, b);

// What a case calls a thing begins small in English; at the head of a line it does not.
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const missing = '–';

export function number(value, digits = 0) {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const rounded = Number(value.toFixed(digits)) || 0;
  return rounded.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

// The same decimals in every row of a column.
export function fixed(value, digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  return (Number(value.toFixed(digits)) || 0).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const share = (ratio, digits = 1) => (ratio === null || ratio === undefined || !Number.isFinite(ratio) ? missing : fixed(ratio * 100, digits) + '%');

// As many decimals as a reader needs: none from 100, one from 10, else two.
export function figure(value) {
  if (value === null || value === undefined) return missing;
  const size = Math.abs(value);
  return number(value, size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
}

export function percent(ratio, digits = 1) {
  return ratio === null || ratio === undefined || !Number.isFinite(ratio) ? missing : number(ratio * 100, digits) + '%';
}

export const small = (ratio) => (ratio === null || ratio === undefined ? missing : Number((ratio * 100).toPrecision(2)) + '%');

export function money(cny) {
  if (cny === null || cny === undefined) return missing;
  const zh = state.lang === 'zh';
  const size = Math.abs(cny);
  if (zh) {
    if (size >= 1e7) return number(cny / 1e8, 2) + ' 亿元';
    return size >= 1e4 ? number(cny / 1e4, size >= 1e6 ? 0 : 1) + ' 万元' : number(cny) + ' 元';
  }
  if (size >= 1e8) return 'CNY ' + number(cny / 1e9, 2) + ' bn';
  return size >= 1e5 ? 'CNY ' + number(cny / 1e6, size >= 1e7 ? 1 : 2) + ' m' : 'CNY ' + number(cny);
}

// A site's costs, all in one unit so that a column can be read down.
export const smallMoneyUnit = () => (state.lang === 'zh' ? '万元' : 'CNY m');
export const inSmallMoneyUnit = (cny) => (state.lang === 'zh' ? fixed(cny / 1e4, 0) : fixed(cny / 1e6, 2));

export const moneyUnit = () => (state.lang === 'zh' ? '亿元' : 'CNY bn');
export const inMoneyUnit = (cny) => cny / (state.lang === 'zh' ? 1e8 : 1e9);

export const unitName = (unit) => known('unit_' + unit, unit);
