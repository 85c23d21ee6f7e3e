import { describe, expect, it } from 'vitest';
import { chartNamed, chartNames } from '../../src/visualize/chart-catalogue.ts';
import { hostPlaces, rolloutPlaces } from '../../src/visualize/chart-places.ts';
import { overviewSizes, sizes } from '../../src/visualize/card.ts';
import { detailAtScale, drawChart } from '../../src/visualize/draw-chart.ts';
import { layoutOf } from '../../src/visualize/layouts.ts';

describe.each(chartNames)('the lines of %s', (name) => {
  const [model, layout] = [chartNamed(name), layoutOf(name)];
  const { hubs } = name === 'rollout' ? rolloutPlaces : hostPlaces;

  it('are cut short if they lead to a hub, and complete otherwise', () => {
    for (const { to, isStub, points } of layout.edges) {
      expect(isStub).toBe(hubs.includes(to));
      const end = points.at(-1);
      const target = layout.states.find((state) => state.name === to);
      const reaches = target !== undefined && end !== undefined && end.y > target.y && end.y < target.y + target.height;
      if (!isStub) expect(reaches).toBe(true);
    }
  });

  it('that are cut short are named at their hub, however many points they have', () => {
    const entries = (edges: typeof layout.edges) =>
      JSON.stringify(drawChart(model, { ...layout, edges })).match(/"entry to-\w+"/g) ?? [];
    expect(entries(layout.edges)).toHaveLength(hubs.length);
    const longer = layout.edges.map((edge) => ({ ...edge, points: [...edge.points, ...edge.points] }));
    expect(entries(longer)).toEqual(entries(layout.edges));
  });
});

describe('a fork by policy', () => {
  it('names both policies and what only one of them does, at every level that shows events', () => {
    const textsAt = (detail: 'events' | 'full') =>
      [
        ...JSON.stringify(drawChart(chartNamed('host-agent'), layoutOf('host-agent'), detail)).matchAll(
          /"class":"policy"[^[]*\["([^"]+)/g,
        ),
      ].map(([, text]) => text);
    expect(textsAt('events')).toEqual([
      'rollback-and-halt: rolls back',
      'halt',
      'rollback-and-halt: rolls back',
      'halt',
    ]);
    expect(textsAt('full')).toEqual(['rollback-and-halt', 'halt', 'rollback-and-halt', 'halt']);
  });
});

describe('the level of detail', () => {
  /** Half of all phones are narrower than this chart at a quarter of its size. Below that, a part is shown. */
  const LEAST_SCALE = 0.25;
  const leastSize = {
    names: overviewSizes.name,
    events: Math.min(overviewSizes.event, overviewSizes.target, overviewSizes.description),
    full: Math.min(...Object.values(sizes)),
  } as const;

  it('never draws text smaller than 11 pixels', () => {
    for (let scale = LEAST_SCALE; scale <= 3; scale += 0.01) {
      expect(leastSize[detailAtScale(scale)] * scale, `at ${scale}`).toBeGreaterThanOrEqual(11);
    }
  });

  it.each(chartNames)('of %s shows every state at each level, and every event at the two upper ones', (name) => {
    const model = chartNamed(name);
    for (const detail of ['names', 'events', 'full'] as const) {
      const drawn = JSON.stringify(drawChart(model, layoutOf(name), detail));
      for (const state of model.states) {
        expect(drawn).toContain(`"${state.name}"`);
        for (const { type } of state.events) if (detail !== 'names') expect(drawn).toContain(`"${type}"`);
      }
    }
  });
});
