import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulate, type RunEvent, type Scenario } from '../../../src/simulator/index.ts';
import { writeScenario } from '../../../src/simulator/scenario-file/index.ts';
import { readExample } from '../../support/read-example.ts';
import { FLEET, scenarioOf } from './read-problems.ts';

const folder = new URL('../../../examples/scenarios/', import.meta.url);

const example = (name: string): Scenario => readExample(`scenarios/${name}`).scenario;

const namesOf = ({ hosts }: Scenario): ReadonlySet<string> => new Set(hosts.map(({ hostname }) => hostname));

/** Without hosts that no release is about, which are not written. Budgets are written as the hosts that they select, so texts that name a selector differ. */
function storyOf(scenario: Scenario, hosts: ReadonlySet<string>): readonly string[] {
  const story: RunEvent[] = [];
  simulate(scenario, { judged: false, onEvent: (event) => story.push(event) });
  return story
    .filter((event) => event.type !== 'HostHeld' && !(event.type === 'AgentBooted' && !hosts.has(event.hostname)))
    .map((event) => JSON.stringify(event));
}

describe('a scenario that was written', () => {
  const publishesFleet = (name: string): boolean =>
    example(name).steps.some(({ do: action }) => action.type === 'publish' && action.fleetHosts !== undefined);
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  it('cannot be one that publishes another fleet file', () => {
    const publishing = names.filter(publishesFleet);
    expect(publishing.length).toBeGreaterThan(0);
    for (const name of publishing)
      expect(() => writeScenario(example(name), { comment: [], expect: {} }), name).toThrow(/another fleet file/);
  });

  it.each(names.filter((name) => !publishesFleet(name)))('gives the same run when it is read: %s', (name) => {
    const scenario = example(name);
    const text = writeScenario(scenario, { comment: ['one', 'two'], expect: { outcome: 'terminal' } });
    const again = scenarioOf(text);
    expect(again.steps).toEqual(scenario.steps.map((step) => (step.do.type === 'publish' ? expect.anything() : step)));
    expect(storyOf(again, namesOf(again))).toEqual(storyOf(scenario, namesOf(again)));
    expect(writeScenario(again, { comment: ['one', 'two'], expect: { outcome: 'terminal' } })).toBe(text);
  });

  it('keeps every setting and every step', () => {
    const scenario = scenarioOf(`${FLEET}
title: "everything: at once"
seed: 9
starts: 2026-02-03T04:05:06Z
lasts: 7h
durations: { activation: 30s to 2m, disk-flush: 250ms }
network: { latency: 10ms to 1s }
agent: { tick: 5s, retry: { cap: 2m } }
rates: { request-lost: 5%, deferred-reboot-after: 1h to 2h, deferred-components: [kernel, "yes"] }
settle: { faults-until: 2h, within: 1h }
hosts: [{ hosts: web-01, joins: 1m, clock: 3s behind, drift-ppm: -4, running: the new one }]
probes: [{ hosts: db-*, run: [{ name: "no", mode: observe, every: 7s, kind: sql }] }]
steps:
  - { at: 1m, do: crash, hosts: web-*, down: 1m, after-effects: 2, loses-tail: true }
  - { at: 1m, do: reboot, hosts: web-*, off: 3m }
  - { at: 1m, do: take-offline, hosts: web-*, for: 3m }
  - { at: 1m, do: partition, hosts: web-*, for: 3m }
  - { at: 1m, do: slow-link, hosts: web-*, extra: 1s, for: 3m }
  - { at: 1m, do: lose-messages, hosts: web-*, what: answers, for: 3m }
  - { at: 1m, do: duplicate-messages, hosts: web-*, for: 3m }
  - { when: wave 1 starts, after: 1m, do: restart-control-plane, down: 1m }
  - { when: db-01 is Soaking, do: lose-database }
  - { at: 1m, do: fail-activation, hosts: web-*, exit-code: 2, times: 1 }
  - { at: 1m, do: wrong-closure, hosts: web-*, closure: x, times: 1 }
  - { at: 1m, do: defer-activation, hosts: web-*, component: kernel, reboot-after: 1h, times: 1 }
  - { at: 1m, do: fail-probe, hosts: web-*, probe: http, for: 1h }
  - { at: 1m, do: flap-probe, hosts: web-*, period: 1m }
  - { at: 1m, do: silence-probe, hosts: db-*, probe: "no" }
  - { at: 1m, do: fail-rollback, hosts: web-*, exit-code: 2 }
  - { at: 1m, do: set-clock, hosts: web-*, behind: 1m, drift-ppm: 3 }
  - { at: 1h, do: publish, ref: r2, closures: { "*": c2, web-01: c3 } }
`);
    const again = scenarioOf(writeScenario(scenario, { comment: [], expect: {} }));
    // What the rollouts were made from has other tags and patterns, and gives the same closures.
    const rest = ({ declared: _, rollouts: __, probeSets: ___, steps, ...kept }: Scenario): unknown => [
      kept,
      steps.slice(0, -1),
    ];
    expect(rest(again)).toEqual(rest(scenario));
    expect(again.probeSets).toEqual(scenario.probeSets);
    const closures = ({ rollouts, steps }: Scenario): unknown =>
      [...rollouts, ...steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []))].map(
        ({ rolloutId, hosts, waves, edges, policy }) => [rolloutId, hosts, waves, edges, policy],
      );
    expect(closures(again)).toEqual(closures(scenario));
  });

  it('keeps odd names', () => {
    const scenario = scenarioOf(
      'fleet: { channels: { "yes": { hosts: ["__proto__", "*", "a: b", "10", "null", "ü", "a\\nb"] } } }\nsteps: [{ when: "a: b is Soaking", do: crash, hosts: "__proto__" }]',
    );
    const again = scenarioOf(writeScenario(scenario, { comment: [], expect: {} }));
    expect(again.hosts).toEqual(scenario.hosts);
    expect(again.steps).toEqual(scenario.steps);
  });

  it('says why some scenarios cannot be written', () => {
    const scenario = scenarioOf(FLEET);
    const [rollout] = scenario.rollouts;
    if (rollout === undefined) throw new Error('no rollout');
    const other = { ...rollout, channelRef: 'other', rolloutId: 'stable@other', waves: [] };
    const twice: Scenario = {
      ...scenario,
      steps: [{ when: { type: 'At', atMs: 1 }, do: { type: 'publish', rollouts: [other] } }],
    };
    expect(() => writeScenario(twice, { comment: [], expect: {} })).toThrow('differ in more than their closures');
  });
});
