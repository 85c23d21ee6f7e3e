import { describe, expect, it } from 'vitest';
import { chartNamed, chartNames } from '../../src/visualize/chart-catalogue.ts';
import { layOutChart } from '../../src/visualize/chart-layout.ts';
import { hostPlaces, rolloutPlaces } from '../../src/visualize/chart-places.ts';
import { layoutOf } from '../../src/visualize/layouts.ts';

describe('the layout', () => {
  it.each(chartNames)('of %s draws every transition to its target, or names the target if it is a hub', (name) => {
    const chart = chartNamed(name);
    const { states, edges } = layoutOf(name);
    const hubs = new Set(name === 'rollout' ? ['Superseded', 'Pruned'] : []);
    const ways = chart.states.flatMap(({ name: from, events }) =>
      events.flatMap(({ type, branches }) =>
        [...new Set(branches.flatMap(({ target }) => target ?? []))].map((to) => `${from} ${type} ${to}`),
      ),
    );
    expect(edges.map(({ from, event, to }) => `${from} ${event} ${to}`).sort()).toEqual(ways.sort());
    for (const { to, points } of edges) {
      const end = points.at(-1);
      const target = states.find((state) => state.name === to);
      const isAtCard = end?.x === target?.x || end?.x === Number(target?.x) + 312;
      expect(isAtCard, to).toBe(!hubs.has(to));
    }
  });

  it.each(chartNames)('of %s has no touching cards, and no line across a card', (name) => {
    const { states, edges, width, height } = layoutOf(name);
    const WIDE = 312;
    for (const [index, one] of states.entries()) {
      expect(one.x >= 0 && one.y >= 0 && one.x + WIDE <= width && one.y + one.height <= height).toBe(true);
      for (const other of states.slice(index + 1)) {
        const apart =
          one.x + WIDE <= other.x ||
          other.x + WIDE <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart, `${one.name} and ${other.name}`).toBe(true);
      }
    }
    for (const { points, from, to } of edges) {
      const uprightX = points[1]?.x ?? 0;
      const over = states.find(({ x }) => x < uprightX && uprightX < x + WIDE);
      expect(over, `${from} to ${to}`).toBeUndefined();
    }
  });

  it.each([
    ['host-agent', ['Pending', 'Activating', 'Soaking', 'Converged']],
    ['rollout', ['Opening', 'Active', 'Terminal']],
  ] as const)('of %s has the happy path on one line', (name, path) => {
    const { states } = layoutOf(name);
    expect(new Set(path.map((each) => states.find((state) => state.name === each)?.y)).size).toBe(1);
  });

  it('is refused if a state has no place', () => {
    expect(() => layOutChart(chartNamed('rollout'), hostPlaces)).toThrow(/has no state Deferred/);
    const columns = rolloutPlaces.columns.slice(0, 3);
    expect(() => layOutChart(chartNamed('rollout'), { ...rolloutPlaces, columns })).toThrow(/Superseded has no place/);
    expect(() => layOutChart(chartNamed('rollout'), { ...rolloutPlaces, tracks: [] })).toThrow(/has no track/);
  });
});
