// Energy by source and year with the green share, and the contracts of the year.

import { axisText, makeChart, tooltip, yearGrid, yearMark } from '../chart.js';
import { colours } from '../theme.js';
import { figure, fixed, known, money, number, percent, pick, t } from '../text.js';
import { grouped, sum } from '../model.js';
import { h, replace, table } from '../dom.js';
import { state } from '../store.js';

export const offerName = (offer) => [known('contract_' + offer.type, offer.type), pick(offer.n) || t('pooled')];

const yearly = (model, data, column) => model.years.map((_, year) => sum(data.energy.filter((row) => row[1] === year).map((row) => row[column])));

export default {
  name: 'power', order: 20, hears: ['year'],
  make(panel, { model, data }) {
    const chart = makeChart();
    const keys = h('div', {});
    const facts = h('dl', { class: 'facts' });
    const contracts = h('div', {});
    panel.append(keys, chart.node, facts, contracts);
    return {
      charts: [chart],
      update() {
        const { green, grid, accent } = colours();
        const [it, all, bought, greens, cost] = [2, 3, 4, 5, 6].map((column) => yearly(model, data, column));
        const rest = all.map((value, at) => Math.max(0, value - greens[at]));
        const year = state.year;
        replace(keys, h('ul', { class: 'legend' }, [[green, t('green')], [grid, t('other_power')]].map(([colour, label]) => h('li', {}, h('span', { class: 'swatch', style: { background: colour } }), label)),
          h('li', {}, h('span', { class: 'swatch round', style: { background: accent } }), t('green_share'))));
        const axes = yearGrid(model.years, 'GWh', [{ type: 'value', min: 0, max: 100, interval: 25, splitLine: { show: false }, axisLabel: { ...axisText(), formatter: (value) => value + '%' } }]);
        const bar = (name, values, colour, more) => ({ type: 'bar', stack: 'all', name, barMaxWidth: 46, itemStyle: { color: colour }, data: values.map((value) => Number((value / 1000).toFixed(1))), ...more });
        chart.draw({
          ...axes,
          tooltip: tooltip((items) => [h('b', {}, items[0].axisValue), items.map((item) => h('div', {}, item.seriesName, t('colon'), item.seriesType === 'line' ? number(item.value, 1) + '%' : number(item.value) + ' GWh'))]),
          series: [
            bar(t('green'), greens, green, { markLine: yearMark(model.years[year]) }), bar(t('other_power'), rest, grid),
            { type: 'line', yAxisIndex: 1, name: t('green_share'), symbolSize: 8, lineStyle: { width: 2.4 }, itemStyle: { color: accent }, data: all.map((value, at) => (value ? Number(((100 * greens[at]) / value).toFixed(1)) : null)) },
          ],
        }, t('chart_power'));
        const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
        replace(facts, fact(t('facility_energy'), number(all[year] / 1000) + ' GWh'), fact(t('it_energy'), number(it[year] / 1000) + ' GWh'),
          fact(t('pue'), it[year] ? number(all[year] / it[year], 3) : '–'), fact(t('green_share'), percent(all[year] ? greens[year] / all[year] : null)),
          fact(t('grid_energy'), number(bought[year] / 1000) + ' GWh'), fact(t('energy_cost'), money(cost[year])));
        const rows = data.contracts.filter((row) => row[2] === year);
        const by = (value) => grouped(rows, (row) => row[1], value);
        const [mw, mwh, paid] = [by((row) => row[3]), by((row) => row[4]), by((row) => row[4] * row[5])];
        const lines = [...mwh.keys()].sort((a, b) => mwh.get(b) - mwh.get(a));
        replace(contracts, lines.length > 0 && [h('h3', {}, t('contracts_in', { year: model.years[year] })), table(t('contracts_about'), [t('contract'), t('energy_zone'), t('power_mw'), t('energy_gwh'), t('price_mwh')],
          lines.map((key) => [...offerName(data.offers[key]), figure(mw.get(key)), fixed(mwh.get(key) / 1000, 1), number(paid.get(key) / mwh.get(key))]), { numeric: [2, 3, 4] })]);
      },
    };
  },
};
