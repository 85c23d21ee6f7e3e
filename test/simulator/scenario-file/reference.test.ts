import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SHRINK_RUNS } from '../../../src/simulator/shrink/index.ts';
import { FAULT_GUIDES, STEP_KINDS, STEPS_OF } from '../../../src/simulator/faults/index.ts';
import { faultTable, settingTables, stepTable } from '../../../src/simulator/scenario-file/reference.ts';
import { DEFAULT_SCENARIO, FAULT_NAMES, NO_FAULTS } from '../../../src/simulator/index.ts';
import { isAskedFor } from '../../../src/simulator/faults/asked-for.ts';
import { FLEET, linesOf, scenarioOf } from './read-problems.ts';

const scenarios = readFileSync(new URL('../../../docs/scenarios.md', import.meta.url), 'utf8');
const simulator = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');

describe('docs/scenarios.md', () => {
  it.each([
    ['steps', stepTable()],
    ['faults', faultTable()],
    ['settings', settingTables()],
  ])('has the %s of the code; if not: node scripts/write-scenario-docs.mjs, after a build', (name, table) => {
    expect(scenarios).toContain(`<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->`);
  });

  it.each(FAULT_NAMES)('names steps and rates that really ask for %s', (fault) => {
    const { rates } = FAULT_GUIDES[fault];
    const name = STEPS_OF[fault];
    if (name !== null) {
      const more: Readonly<Record<string, string>> = {
        crash: fault === 'crash-between-effects' ? 'after-effects: 1' : 'loses-tail: true',
        'slow-link': 'extra: 1s, for: 1m',
        partition: 'for: 1m',
        'lose-messages': 'for: 1m',
        'duplicate-messages': 'for: 1m',
        'wrong-closure': 'closure: x',
        'switch-by-hand': 'closure: x',
        'flap-probe': 'period: 1m',
        publish: 'ref: r2',
        'restore-backup': 'age: 1m',
        'stop-signing': 'for: 1h',
        'fail-controls': 'controls: [A.5.1]',
        'hang-worker': 'extra: 5m',
        'slow-cache': 'fetch: 1m, at-once: 2, for: 1h',
        'break-cache': 'for: 1h',
        'expire-manifest': 'for: 1h',
        'bounce-requests': 'for: 1m',
      };
      const hosts = STEP_KINDS.get(name)?.isOnHosts === true ? ', hosts: web-01' : '';
      const scenario = scenarioOf(
        `${FLEET}steps: [{ at: 1m, do: ${name}${hosts}${more[name] === undefined ? '' : `, ${more[name]}`} }]`,
      );
      expect(isAskedFor(scenario, fault), name).toBe(true);
    }
    const [rate] = rates;
    if (rate !== undefined)
      expect(isAskedFor({ ...DEFAULT_SCENARIO, rates: { ...NO_FAULTS, [rate]: 1 } }, fault), rate).toBe(true);
  });

  it('names a schema that the installed package has', () => {
    const [, path = ''] = /\$schema=\.\/node_modules\/nixfleet-statechart\/(\S+)/.exec(scenarios) ?? [];
    const { files } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      files: readonly string[];
    };
    expect(existsSync(new URL(`../../../${path}`, import.meta.url))).toBe(true);
    expect(files).toContain(path.split('/')[0]);
  });

  it('shows nothing that the reader does not take', () => {
    const blocks = [...scenarios.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    for (const block of blocks) {
      const fleet = FLEET.replace('web: 3', 'web: 12');
      expect(linesOf(block.includes('fleet:') ? block : `${fleet}${block}`), block).toEqual([]);
    }
  });
});

describe('docs/simulator.md', () => {
  it('names the limit of --shrink', () => {
    expect(simulator).toMatch(new RegExp(`stops after\\s${DEFAULT_SHRINK_RUNS} runs`));
  });
});
