// What the plan costs, by term and year: contributions to the objective, discounted, income below zero.

import { legend, makeChart, tooltip, yearGrid, yearMark } from '../chart.js';
import { h, replace, table } from '../dom.js';
import { fixed, inMoneyUnit, money, moneyUnit, number, pick, share, t } from '../text.js';
import { colours, sequence } from '../theme.js';
import { state } from '../store.js';
import { sum } from '../model.js';

const SHOWN = 8;

export default {
  name: 'cost', order: 30, hears: ['year'],
  make(panel, { model, data }) {
    const chart = makeChart();
    const keys = h('div', {});
    const total = h('p', { class: 'big' });
    const list = h('div', {});
    const hidden = new Set();
    panel.append(total, chart.node, keys, list);
    const of = (term, year) => sum(data.yearly.filter((row) => row[0] === term && row[1] === year).map((row) => row[2]));
    const totals = data.terms.map((_, term) => sum(data.yearly.filter((row) => row[0] === term).map((row) => row[2])));
    const shown = data.terms.map((_, at) => at).slice(0, SHOWN);
    const others = data.terms.map((_, at) => at).slice(SHOWN);
    const label = (at) => (at < 0 ? t('others') : pick(data.terms[at]));
    const colour = (at) => (at < 0 ? colours().grid : sequence(at));
    const value = (at, year) => (at < 0 ? sum(others.map((term) => of(term, year))) : of(at, year));
    const draw = () => {
      const terms = others.length ? [...shown, -1] : shown;
      replace(total, t('net_cost', { cost: money(model.about.cost), year: model.about.base }));
      replace(keys, legend(terms.map((at) => ({ name: at, colour: colour(at), label: label(at) })), hidden, draw));
      const now = String(model.years[state.year]);
      chart.draw({
        ...yearGrid(data.years, moneyUnit()),
        tooltip: tooltip((items) => [h('b', {}, items[0].axisValue), h('div', {}, t('total'), t('colon'), number(sum(items.map((item) => item.value)), 2), ' ', moneyUnit()),
          [...items].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).map((item) => h('div', {}, item.seriesName, t('colon'), number(item.value, 2)))]),
        series: terms.filter((at) => !hidden.has(at)).map((at, place) => ({
          type: 'bar', stack: 'all', name: label(at), barMaxWidth: 46, itemStyle: { color: colour(at) }, data: data.years.map((_, year) => Number(inMoneyUnit(value(at, year)).toFixed(3))),
          markLine: place || !data.years.map(String).includes(now) ? undefined : yearMark(now),
        })),
      }, t('chart_cost', { unit: moneyUnit() }));
      const whole = sum(totals);
      replace(list, table(t('cost_about'), [t('term'), t('cost') + t('in_brackets', { text: moneyUnit() }), t('share')], data.terms.map((_, at) => [pick(data.terms[at]), fixed(inMoneyUnit(totals[at]), 2), share(totals[at] / whole)]), { numeric: [1, 2] }),
        data.capex.length > 0 && table(t('capex_about'), [t('year'), t('capex') + t('in_brackets', { text: moneyUnit() })], data.capex.map(([year, cny]) => [String(year), fixed(inMoneyUnit(cny), 2)]), { numeric: [1] }));
    };
    return { update: draw, charts: [chart] };
  },
};
