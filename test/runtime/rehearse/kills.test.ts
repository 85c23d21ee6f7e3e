import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { rehearse } from '../../../src/runtime/rehearse/index.ts';
import { readScenario } from '../../../src/simulator/index.ts';
import { killAtRandom, noKills } from '../support/kills.ts';

/** `KILLS=1000` kills that often, over as many rollouts as needed. */
const KILLS = Number(process.env['KILLS'] ?? (process.env['NIGHTLY'] === '1' ? 100 : 20));
const HOSTS = Number(process.env['HOSTS'] ?? (KILLS > 20 ? 20 : 4));
const SPEED = Number(process.env['SPEED'] ?? 60);
const SEED = Number(process.env['SEED'] ?? 1);
const EVERY_MS = 100;
const KILLS_A_ROUND = 150;
const ONE_HOUR_MS = 3_600_000;

/** A run in which nothing else goes wrong, one with a bad release, and one with a host that waits for a reboot. */
const DAYS = [
  '',
  '- { at: 0s, do: fail-probe, hosts: web-02 }',
  '- { at: 0s, do: defer-activation, hosts: web-02, component: kernel, reboot-after: 2m, times: 1 }',
];

const scenarioOf = (round: number): string => `
fleet:
  channels:
    stable: { hosts: { web: ${HOSTS} }, waves: ${round % 2 === 0 ? 2 : 1}, soak: 2m }
${DAYS[round % DAYS.length] === '' ? '' : `steps:\n  ${DAYS[round % DAYS.length]}`}
lasts: 6h
`;

const ENDS = ['Converged', 'Failed', 'Reverted'];

test(`nothing is lost or done twice when processes are killed ${KILLS} times`, { timeout: ONE_HOUR_MS }, async () => {
  let total = 0;
  for (let round = 0; total < KILLS; round += 1) {
    const read = readScenario(scenarioOf(round), { readFile: () => null });
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const folder = mkdtempSync(join(tmpdir(), 'nixfleet-kills-'));
    const counts = noKills();
    try {
      const kills = Math.min(KILLS - total, KILLS_A_ROUND);
      const chaos = killAtRandom({ kills, everyMs: EVERY_MS, seed: SEED + round }, counts);
      const result = await rehearse(read.scenario, { folder: join(folder, 'run'), speed: SPEED, chaos });
      const { run, defects, deaths } = result;
      // An order to crash after the last effect has no effect.
      total += deaths.agents + deaths.controlPlane;
      if (KILLS > 20) console.log(`round ${round}: ${total} kills, ${JSON.stringify({ deaths, counts })}`);
      if ((run.violations.length > 0 || run.endedBecause !== 'finished') && process.env['KEEP'] !== undefined)
        writeFileSync(process.env['KEEP'], [...result.stream()].join('\n'));
      const found = { defects, violations: run.violations.map(({ message }) => message) };
      expect(found, `after ${total} kills, round ${round}`).toEqual({ defects: [], violations: [] });
      expect(run.endedBecause).toBe('finished');
      // A failed rollout dispatches nothing more.
      const mayWait = run.outcome === 'terminal' ? [] : ['Pending'];
      const waiting = run.history.hosts.filter(({ view }) => ![...ENDS, ...mayWait].includes(view.state));
      expect(waiting.map(({ hostname, view }) => `${hostname} ${view.state}`)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});
