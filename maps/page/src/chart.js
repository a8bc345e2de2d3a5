// Charts: one place that knows ECharts; colours of the theme, tooltips made of text nodes, a legend of buttons.

import * as echarts from 'echarts/core';
import { BarChart, LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import { FONT, colours } from './theme.js';
import { figure, t } from './text.js';
import { h, replace, table } from './dom.js';
import { state } from './store.js';

echarts.use([BarChart, LineChart, SankeyChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const still = window.matchMedia('(prefers-reduced-motion: reduce)');

// A chart is titled by what it is drawn with, unit included, unless its view has a heading above it.
export function makeChart(className, { titled = true } = {}) {
  const canvas = h('div', { class: 'chart ' + (className || ''), role: 'img' });
  const figures = h('details', { class: 'figures' });
  const title = h('h3', { class: 'charttitle' });
  const node = h('div', {}, titled && title, canvas, figures);
  figures.addEventListener('toggle', () => { if (last) tabulate(figures, last); });
  let chart = null;
  let last = null;
  const open = () => {
    if (!chart && canvas.clientWidth) chart = echarts.init(canvas, null, { renderer: 'svg' });
    return chart;
  };
  const draw = (option, label, listed) => {
    last = { option, label, listed };
    tabulate(figures, last);
    replace(title, label);
    canvas.setAttribute('aria-label', label + t('stop_or_space') + spoken(option, listed));
    if (open()) chart.setOption({ animation: !still.matches && !state.printing, animationDuration: 250, animationDurationUpdate: 250, textStyle: { fontFamily: FONT, color: colours().text }, ...option }, true);
  };
  const resize = (size) => {
    if (!chart) { if (last) draw(last.option, last.label, last.listed); return; }
    if (!canvas.clientWidth) return;
    chart.resize(size);
    chart.getZr().flush(); // paper does not wait for the next frame
  };
  new ResizeObserver(() => { if (!state.printing) resize(); }).observe(canvas);
  const width = () => (chart ? chart.getWidth() : canvas.clientWidth);
  return { node, canvas, draw, resize, width };
}

// The same figures as a table, for those who cannot see the chart or want to copy them.
function tabulate(node, { option, label, listed }) {
  const { heads, rows, numeric } = listed || byYear(option);
  replace(node, h('summary', {}, t('as_table')), node.open && table(label, heads, rows, { numeric }));
}

function byYear(option) {
  const years = option.xAxis.data;
  return { heads: [t('series'), ...years], rows: option.series.map((one) => [one.name, ...one.data.map((value) => figure(value))]), numeric: years.map((_, at) => at + 1) };
}

// What a screen reader says of a chart: every series from its first year to its last, or the largest flows.
const SPOKEN = 12;
function spoken(option, listed) {
  const rows = listed ? listed.rows.map((row) => row[0] + ' → ' + row[1] + ' ' + row[2])
    : option.series.map((one) => one.name + ' ' + option.xAxis.data[0] + t('colon') + figure(one.data[0]) + (one.data.length > 1 ? ' → ' + option.xAxis.data[one.data.length - 1] + t('colon') + figure(one.data[one.data.length - 1]) : ''));
  return rows.slice(0, SPOKEN).join(t('listing')) + (rows.length > SPOKEN ? t('listing') + t('more_rows', { count: rows.length - SPOKEN }) : '');
}

export const axisText = () => ({ color: colours().quiet, fontSize: 12 });

export function tooltip(content) {
  const { card, text, line } = colours();
  return {
    trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true, backgroundColor: card, borderColor: line, textStyle: { color: text, fontSize: 12.5, fontFamily: FONT },
    formatter: (items) => h('div', { class: 'tipbody' }, content([].concat(items))),
  };
}

export function yearGrid(years, unit, more) {
  const { line } = colours();
  return {
    grid: { left: 8, right: 10, top: 26, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'category', data: years.map(String), axisLabel: axisText(), axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    yAxis: [{ type: 'value', name: unit, nameTextStyle: { ...axisText(), align: 'left', padding: [0, 0, 0, -28] }, nameGap: 10, axisLabel: axisText(), splitLine: { lineStyle: { color: line } } }, ...(more || [])],
  };
}

// The dashed line at the year of the slider.
export const yearMark = (year) => ({
  silent: true, symbol: 'none', animation: false, label: { show: false },
  lineStyle: { color: colours().text, type: [4, 3], width: 1.2 }, data: [{ xAxis: String(year) }],
});

// Buttons that hide and show series; what is hidden is kept in `hidden`.
export function legend(items, hidden, onchange) {
  return h('ul', { class: 'legend' }, items.map(({ name, colour, label, round }) => h('li', {},
    h('button', {
      type: 'button', class: 'key', 'aria-pressed': String(!hidden.has(name)),
      onclick: () => { if (!hidden.delete(name)) hidden.add(name); onchange(); },
    }, h('span', { class: round ? 'swatch round' : 'swatch', style: { background: colour } }), label))));
}
