import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { newPendingHost, step } from 'nixfleet-statechart';
import { fleetScenario, generateFleet, simulate } from 'nixfleet-statechart/simulator';
import { input, life } from './host-life.mjs';

/** Hosts that probe as often as the protocol allows, so that nearly everything that happens is a step of a machine. */
const dense = (hosts) => {
  const fleet = { ...generateFleet({ hosts, waves: 3, seed: 1 }), disruptionBudgets: [] };
  const made = fleetScenario(fleet, { ref: null, closures: new Map(), newClosures: false });
  if (!made.ok) throw new Error('the generated fleet must be valid');
  const { scenario } = made;
  const probe = (number) => ({ probeName: `probe-${number}`, kind: 'http', mode: 'enforce', intervalSecs: 5 });
  return {
    ...scenario,
    probeSets: [[1, 2, 3, 4, 5, 6].map(probe)],
    network: { ...scenario.network, latency: { minMs: 20, maxMs: 200 } },
    durations: { ...scenario.durations, activation: { minMs: 20_000, maxMs: 90_000 } },
  };
};

const cpuMs = (work) => {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
};

const runToTheEnd = (scenario) => {
  const { result: run, ms } = cpuMs(() => simulate(scenario));
  if (run.outcome !== 'terminal') throw new Error(`the run must end terminal, and ended ${run.outcome}`);
  return { steps: run.machineSteps, ms };
};

/** The machine alone, on the same core and in the same minute: what the simulator is held against. */
const stepsAlone = (lives) => {
  const { ms } = cpuMs(() => {
    for (let count = 0; count < lives; count++) {
      let record = newPendingHost(input);
      for (const event of life) record = step(record, event, input.dispatchedAt, input.policy).state;
    }
  });
  return (lives * life.length * 1_000) / ms;
};

/**
 * Machine steps a second of processor time, all invariants on, best of three runs; and how many steps the machine alone
 * takes in the time that one step takes in the simulator.
 */
export function benchSimulator({ hosts = 500, lives = 100_000 } = {}) {
  const scenario = dense(hosts);
  const perSecond = Math.max(
    ...[1, 2, 3].map(() => {
      const { steps, ms } = runToTheEnd(scenario);
      return (steps * 1_000) / ms;
    }),
  );
  stepsAlone(lives);
  return { perSecond, stepsAlone: stepsAlone(lives) / perSecond };
}

/**
 * The part of a run that its judges take, as a number from 0 to 1: one fleet, judged and unjudged by turns, and of each
 * the cheapest of many runs, because a busy machine only ever adds to what a run costs.
 */
export function benchJudging(hosts, runs = 60) {
  const made = fleetScenario(generateFleet({ hosts, waves: 4, seed: 1 }), {
    ref: 'r',
    closures: new Map(),
    newClosures: true,
  });
  if (!made.ok) throw new Error('the generated fleet must be valid');
  const leastMs = { judged: Infinity, unjudged: Infinity };
  for (let seed = 1; seed <= runs; seed++) {
    const scenario = { ...made.scenario, seed };
    leastMs.judged = Math.min(leastMs.judged, cpuMs(() => simulate(scenario)).ms);
    leastMs.unjudged = Math.min(leastMs.unjudged, cpuMs(() => simulate(scenario, { judged: false })).ms);
  }
  return { ...leastMs, share: 1 - leastMs.unjudged / leastMs.judged };
}

/**
 * What a fleet of this size costs an operator: the command, each time in a process of its own, the compiling of its code
 * included; the median of several runs of the smaller fleets. Wall-clock time, and the peak of memory.
 */
export function benchFleetOf(hosts) {
  const runs = Array.from({ length: hosts > 10_000 ? 1 : 5 }, () => statsOf(hosts)).sort((a, b) => a.wallMs - b.wallMs);
  const { wallMs, peakRssBytes } = runs[Math.floor(runs.length / 2)];
  return { hosts, usPerHost: (wallMs * 1_000) / hosts, peakRssBytes };
}

function statsOf(hosts) {
  const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const child = spawnSync(process.execPath, [command, 'simulate', '--hosts', String(hosts), '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout).stats;
}
