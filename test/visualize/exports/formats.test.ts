import { createActor, createMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { generatePaths } from '../../../src/testing/generate.ts';
import { chartNamed, chartNames } from '../../../src/visualize/chart-catalogue.ts';
import { diagramFormatNames, writeDiagram } from '../../../src/visualize/exports/formats.ts';
import { GUARD_SEPARATOR } from '../../../src/visualize/exports/xstate-json.ts';
import { playEngines } from '../../../src/visualize/play/engine.ts';
import { readScxml } from '../../support/read-scxml.ts';
import { ScxmlSession } from '../../support/run-scxml.ts';

const paths = (['halt', 'rollback-and-halt'] as const).flatMap((onHealthFailure) =>
  (['agent', 'control-plane'] as const).flatMap(
    (side) => generatePaths({ criterion: { kind: 'full', name: 'guardOutcomes' }, side, onHealthFailure }).paths,
  ),
);

const chart = chartNamed('host-both');

/** The answers of the chart's guards, which must come with each event to an exported chart. */
function guardAnswers(
  before: Parameters<typeof playEngines.host.guardHolds>[1],
  event: (typeof paths)[number]['steps'][number]['event'],
  policy: (typeof paths)[number]['policy'],
) {
  const cell = chart.states.find(({ name }) => name === before.state)?.events.find(({ type }) => type === event.type);
  const names = [...chart.alwaysAsked, ...(cell?.branches.flatMap(({ guards }) => guards) ?? [])];
  return Object.fromEntries(names.map((name) => [name, playEngines.host.guardHolds(name, before, event, policy)]));
}

describe('every export', () => {
  it.each(chartNames.flatMap((name) => diagramFormatNames.map((format) => [name, format] as const)))(
    'of %s as %s names every state and event',
    (name, format) => {
      const text = writeDiagram(name, format);
      const chart = chartNamed(name);
      for (const state of chart.states) {
        expect(text).toContain(state.name);
        for (const { type } of state.events) expect(text).toContain(type);
      }
    },
  );

  it('in Mermaid escapes what would end a text', () => {
    expect(writeDiagram('host-agent', 'mermaid')).toContain('Pending : Pending. A dispatch was issued#59; the agent');
  });

  it('in Mermaid says what it cannot show', () => {
    expect(writeDiagram('host-agent', 'mermaid')).toMatch(/^%% .*\n%% Mermaid cannot show/);
  });

  it('as SVG is well-formed, and fits light and dark', () => {
    const svg = writeDiagram('host-agent', 'svg');
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.match(/<g[ >]/g)?.length).toBe(svg.match(/<\/g>/g)?.length);
    expect(svg).toContain('>rollback-and-halt</text>');
  });
});

describe('the exported charts behave like the chart', () => {
  it('as SCXML, in an independent interpreter', () => {
    const document = readScxml(writeDiagram('host-both', 'scxml'));
    let steps = 0;
    for (const path of paths) {
      const session = new ScxmlSession(document, path.start.state);
      let before = path.start;
      const [gone, wanted]: [unknown[], unknown[]] = [[], []];
      for (const { event, expected } of path.steps) {
        const effects = session.send(event.type, { guards: guardAnswers(before, event, path.policy) });
        if (expected.ok) before = expected.state;
        gone.push([session.state, ...effects]);
        wanted.push([before.state, ...(expected.ok ? expected.effects.map(({ type }) => type) : [])]);
        steps += 1;
      }
      expect(gone).toEqual(wanted);
    }
    expect(steps).toBeGreaterThan(100);
  });

  it('as XState JSON, in XState', () => {
    const config = JSON.parse(writeDiagram('host-both', 'xstate')) as Parameters<typeof createMachine>[0] & {
      states: Record<string, { on?: Record<string, { guard?: string }[]> }>;
    };
    const names = new Set(
      Object.values(config.states).flatMap(({ on = {} }) =>
        Object.values(on).flatMap((branches) => branches.flatMap(({ guard }) => guard ?? [])),
      ),
    );
    const guards = Object.fromEntries(
      [...names].map((name) => [
        name,
        ({ event }: { event: { type: string; guards?: Record<string, boolean> } }) =>
          name.split(GUARD_SEPARATOR).every((each) => event.guards?.[each] === true),
      ]),
    );
    const machine = createMachine(config, { guards });
    for (const path of paths.filter(({ start }) => start.state === 'Pending')) {
      const actor = createActor(machine).start();
      let before = path.start;
      for (const { event, expected } of path.steps) {
        // A finished actor accepts nothing, and warns about each event.
        if (actor.getSnapshot().status === 'done') break;
        actor.send({ type: event.type, guards: guardAnswers(before, event, path.policy) });
        if (expected.ok) before = expected.state;
        expect(actor.getSnapshot().value).toBe(before.state);
      }
    }
  });
});
