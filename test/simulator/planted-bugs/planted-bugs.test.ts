import { describe, expect, test } from 'vitest';
import { simulate } from '../../../src/simulator/index.ts';
import { writeScenario } from '../../../src/simulator/scenario-file/index.ts';
import { shrinkScenario } from '../../../src/simulator/shrink/index.ts';
import { AGENT_BUGS } from './agent-bugs.ts';
import { CONTROL_PLANE_BUGS } from './control-plane-bugs.ts';
import { LOG_AND_MACHINE_BUGS } from './log-and-machine-bugs.ts';
import { PLANNER_BUGS } from './planner-bugs.ts';
import { MAX_SEEDS, type PlantedBug } from './planted-bug.ts';

/** The nightly form goes to the end of the seeds, and prints every shrunk scenario. */
const isNightly = process.env['NIGHTLY'] === '1';
const SEEDS = isNightly ? MAX_SEEDS : 20;
/** Shrinking takes far longer than noticing. By day a few bugs stand for all. */
const SHRINK_RUNS = isNightly ? 400 : 40;
const SHRINK_EVERY = isNightly ? 1 : 8;
const BUGS = [...PLANNER_BUGS, ...CONTROL_PLANE_BUGS, ...AGENT_BUGS, ...LOG_AND_MACHINE_BUGS];

/** The first seed in which the invariant notices. A run ends there. */
function hunt({ scenario, cores, caughtBy }: PlantedBug): number | null {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    let isCaught = false;
    simulate(
      { ...scenario, seed },
      {
        cores,
        onEvent: (event) => {
          isCaught ||= event.type === 'InvariantBroken' && event.invariant === caughtBy;
        },
        isEnough: () => isCaught,
      },
    );
    if (isCaught) return seed;
  }
  return null;
}

function caughtIn(bug: PlantedBug): number {
  const caught = hunt(bug);
  if (caught === null) throw new Error(`Nothing noticed within ${SEEDS} seeds.`);
  return caught;
}

describe('the protocol, broken in one place', () => {
  test.each(BUGS)('$name: "$caughtBy" notices', { timeout: 60_000 }, (bug) => {
    const seed = caughtIn(bug);
    const right = simulate({ ...bug.scenario, seed });
    expect(right.violations, 'the same run with the cores as they are').toEqual([]);
  });

  const shrunkBugs = BUGS.filter((_, at) => at % SHRINK_EVERY === 0);
  test.each(shrunkBugs)('$name: shrinks to a scenario that still shows it', { timeout: 60_000 }, (bug) => {
    const scenario = { ...bug.scenario, seed: caughtIn(bug) };
    const shrunk = shrinkScenario(scenario, { cores: bug.cores, maxRuns: SHRINK_RUNS });
    if (!shrunk.ok) throw new Error('The failure is gone while it was made smaller.');
    expect(shrunk.scenario.hosts.length).toBeLessThanOrEqual(scenario.hosts.length);
    const again = simulate(shrunk.scenario, { cores: bug.cores });
    expect(again.violations.length).toBeGreaterThan(0);
    const file = writeScenario(shrunk.scenario, { comment: [bug.name, shrunk.failure.message], expect: {} });
    expect(file).toContain(`seed: ${scenario.seed}`);
    if (isNightly) console.log(`${bug.name}: seed ${scenario.seed}\n\n${file}`);
  });

  test('has a name of its own for each bug', () => {
    expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
  });
});
