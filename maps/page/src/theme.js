// Colours of both themes; those of kinds come from the style of the printed siting map.

import { state } from './store.js';

export const FONT = '"capplan", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';

const LIGHT = {
  text: '#1d2733', quiet: '#5b6672', line: '#dfe3e8', card: '#ffffff',
  ramp: ['#f7f5ec', '#e0ebd6', '#bfdcc6', '#92c4b1', '#5fa79b', '#2f8280'],
  none: '#efeee9', green: '#2f8f63', grid: '#9aa5b1', accent: '#b4302b', flow: '#c2690a', route: '#5a3fa0',
};
const DARK = {
  text: '#e8ecf1', quiet: '#a3afbc', line: '#333d49', card: '#1b222b',
  ramp: ['#2c434b', '#2f5e62', '#357a76', '#489889', '#70b9a6', '#abe0cf'],
  none: '#252d36', green: '#4fb987', grid: '#7d8a98', accent: '#f0746c', flow: '#f2a74b', route: '#a992ea',
};
const SEQUENCE = ['#1f5c99', '#c2690a', '#2f8f63', '#7b2c83', '#b4302b', '#3b97a8', '#8a6d1f', '#5b6672', '#d1839b'];

const asked = window.matchMedia('(prefers-color-scheme: dark)');

export const isDark = () => !state.printing && (state.theme === 'dark' || (state.theme === 'auto' && asked.matches));
export const colours = () => (isDark() ? DARK : LIGHT);

export function onSystemTheme(then) {
  asked.addEventListener('change', then);
}

export function mixed(colour, other, share) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [a, b] = [parts(colour), parts(other)];
  return '#' + a.map((value, at) => Math.round(value * (1 - share) + b[at] * share).toString(16).padStart(2, '0')).join('');
}

const onTheme = (colour) => (isDark() ? mixed(colour, '#ffffff', 0.28) : colour);

export const kindColour = (model, kind) => onTheme((model.kinds[kind] || model.kinds.hall || { face: '#1f5c99' }).face);

// Technologies of one kind share its colour, ever paler.
export function technologyColour(model, technology) {
  const kind = model.technologies[technology].kind;
  const alike = model.technologies.map((one, at) => at).filter((at) => model.technologies[at].kind === kind);
  const place = alike.indexOf(technology);
  const towards = isDark() ? '#10151b' : '#ffffff';
  return mixed(kindColour(model, kind), towards, alike.length > 1 ? (0.62 * place) / (alike.length - 1) : 0);
}

export const sequence = (place) => onTheme(SEQUENCE[place % SEQUENCE.length]);
