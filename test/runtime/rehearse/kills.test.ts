import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { rehearse } from '../../../src/runtime/rehearse/index.ts';
import { readScenario } from '../../../src/simulator/index.ts';
import { killAtRandom, noKills } from '../support/kills.ts';

/** `KILLS=1000` kills so often, over as many rollouts as that takes. */
const KILLS = Number(process.env['KILLS'] ?? 20);
const HOSTS = Number(process.env['HOSTS'] ?? (KILLS > 20 ? 20 : 4));
const SPEED = Number(process.env['SPEED'] ?? 60);
const SEED = Number(process.env['SEED'] ?? 1);
const EVERY_MS = KILLS > 20 ? 150 : 250;
const ONE_HOUR_MS = 3_600_000;

const scenario = `
fleet:
  channels:
    stable: { hosts: { web: ${HOSTS} }, waves: 2, soak: 2m }
lasts: 6h
`;

/** Every host is at an end that an agent can reach. */
const ENDS = ['Converged', 'Failed', 'Reverted'];

test(`nothing is lost or done twice when processes are killed ${KILLS} times`, { timeout: ONE_HOUR_MS }, async () => {
  const read = readScenario(scenario, { readFile: () => null });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const counts = noKills();
  const total = () => Object.values(counts).reduce((sum, count) => sum + count, 0);
  for (let round = 0; total() < KILLS; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'nixfleet-kills-'));
    try {
      const kills = KILLS - total();
      const chaos = killAtRandom({ kills, everyMs: EVERY_MS, seed: SEED + round }, counts);
      const result = await rehearse(read.scenario, { folder: join(folder, 'run'), speed: SPEED, chaos });
      const { run, defects } = result;
      const found = { defects, violations: run.violations.map(({ message }) => message) };
      expect(found, `after ${total()} kills, round ${round}`).toEqual({ defects: [], violations: [] });
      const notAtEnd = run.history.hosts.filter(({ view }) => !ENDS.includes(view.state));
      expect(notAtEnd.map(({ hostname, view }) => `${hostname} ${view.state}`)).toEqual([]);
      expect(run.endedBecause).toBe('finished');
      if (KILLS > 20) console.log(`round ${round}: ${JSON.stringify(counts)}, ${run.events} observations`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  expect(total()).toBeGreaterThanOrEqual(KILLS);
});
