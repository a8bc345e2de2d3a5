// What stands by technology and year, and how much of it is in use.

import { axisText, legend, makeChart, tooltip, yearGrid, yearMark } from '../chart.js';
import { h, option, replace, select } from '../dom.js';
import { figure, number, percent, pick, t } from '../text.js';
import { sequence, technologyColour } from '../theme.js';
import { state } from '../store.js';
import { MEASURES } from '../model.js';

export default {
  name: 'buildup', order: 10, hears: ['year'],
  make(panel, { model, data }) {
    const built = makeChart();
    const used = makeChart('low', { titled: false });
    const hidden = new Set();
    let measure = 'it_mw';
    const measures = [...MEASURES, 'modules'].filter((name) => model.byTechnology[name].some((row) => row.some(Boolean)));
    const head = h('div', { class: 'row' });
    const keys = h('div', {});
    const usedHead = h('h3', {});
    const usedKeys = h('div', {});
    panel.append(head, built.node, keys);
    if (data.usage.length) panel.append(usedHead, usedKeys, used.node);

    const drawBuilt = () => {
      const shown = model.technologies.map((_, at) => at).filter((at) => model.byTechnology[measure][at].some(Boolean));
      const unit = t('measure_' + measure);
      replace(head, select(t('measure'), measures.map((name) => option(name, t('measure_' + name), name === measure)), (name) => { measure = name; drawBuilt(); }, 'measure'));
      replace(keys, legend(shown.map((at) => ({ name: at, colour: technologyColour(model, at), label: pick(model.technologies[at].n) })), hidden, drawBuilt));
      const visible = shown.filter((at) => !hidden.has(at));
      built.draw({
        ...yearGrid(model.years, unit),
        tooltip: tooltip((items) => [
          h('b', {}, items[0].axisValue),
          h('div', {}, t('total'), t('colon'), figure(items.reduce((sum, item) => sum + (item.value || 0), 0))),
          items.filter((item) => item.value).reverse().map((item) => h('div', {}, item.seriesName, t('colon'), figure(item.value))),
        ]),
        series: visible.map((at, place) => ({
          type: 'bar', stack: 'all', name: pick(model.technologies[at].n), data: model.byTechnology[measure][at], barMaxWidth: 46,
          itemStyle: { color: technologyColour(model, at) }, markLine: place ? undefined : yearMark(model.years[state.year]),
        })),
      }, t('chart_buildup', { unit }));
    };

    const drawUsed = () => {
      if (!data.usage.length) return;
      const units = Object.keys(data.units);
      replace(usedHead, t('utilisation'));
      replace(usedKeys, h('ul', { class: 'legend' }, units.map((unit, at) => h('li', {}, h('span', { class: 'swatch round', style: { background: sequence(at) } }), pick(data.units[unit])))));
      const rows = (unit) => model.years.map((_, year) => data.usage.find((row) => row[0] === year && row[1] === unit));
      const grid = yearGrid(model.years, '');
      used.draw({
        ...grid, grid: { ...grid.grid, top: 10 },
        yAxis: [{ ...grid.yAxis[0], min: 0, max: 100, interval: 25, axisLabel: { ...axisText(), formatter: (value) => value + '%' } }],
        tooltip: tooltip((items) => [h('b', {}, items[0].axisValue), items.map((item) => {
          const row = rows(units[item.seriesIndex])[item.dataIndex];
          return row && h('div', {}, pick(data.units[row[1]]), t('colon'), percent(row[3] / row[2]), t('in_brackets', { text: number(row[3]) + ' / ' + number(row[2]) }));
        })]),
        series: units.map((unit, at) => ({
          type: 'line', name: pick(data.units[unit]), symbolSize: 8, symbol: ['circle', 'diamond', 'rect'][at % 3], lineStyle: { width: 2.4 }, itemStyle: { color: sequence(at) },
          data: rows(unit).map((row) => (row ? Number(((100 * row[3]) / row[2]).toFixed(1)) : null)), markLine: at ? undefined : yearMark(model.years[state.year]),
        })),
      }, t('utilisation'));
    };
    return { update() { drawBuilt(); drawUsed(); }, charts: [built, used] };
  },
};
