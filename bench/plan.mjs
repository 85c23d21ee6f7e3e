import { decodeFleet } from 'nixfleet-statechart/fleet';
import { DEFAULT_PLAN_DURATIONS, makePlan, planScenario, searchDeadline, withForecast } from 'nixfleet-statechart/plan';
import { asRunMs, simulate, simulateMany } from 'nixfleet-statechart/simulator';

// Measures plans of 1,000 hosts by processor time; with --calibration, how often a forecast from the middle is right.
const HOSTS = 1000;
const CUTS = 200;
const CALIBRATION_RUNS = 100;
/** A percentile is up to 1/1024 too large. */
const BUCKET = 1 - 1 / 1024;
const FIRST_FORECAST_SEED = 100_000;

const seconds = ({ user, system }) => ((user + system) / 1e6).toFixed(1);
const measured = async (what, work) => {
  const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
  const result = await work();
  const wall = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`  ${what}: ${seconds(process.cpuUsage(cpu))} s of CPU, ${wall} s`);
  return result;
};

/** A channel with three waves, a budget and an edge, whose hosts all get a new closure. */
function inputOf(hosts, seed, log = null) {
  const names = Array.from({ length: hosts }, (_, at) => `h${String(at).padStart(4, '0')}`);
  const none = { tags: [], tagsAny: [], hosts: [], channel: null, all: false };
  const cuts = [0, Math.ceil(hosts / 20), Math.ceil(hosts / 4), hosts];
  const waves = [30, 20, 10].map((soakMinutes, wave) => ({
    hosts: names.slice(cuts[wave], cuts[wave + 1]),
    soakMinutes,
  }));
  const decoded = decodeFleet(
    JSON.stringify({
      schemaVersion: 1,
      hosts: Object.fromEntries(
        names.map((name, at) => [
          name,
          {
            system: 'x86_64-linux',
            tags: at % 5 === 0 ? ['db'] : [],
            channel: 'stable',
            closureHash: `${name}-r2`,
            pubkey: null,
          },
        ]),
      ),
      channels: {
        stable: {
          rolloutPolicy: 'usual',
          reconcileIntervalMinutes: 5,
          freshnessWindow: 1440,
          signingIntervalMinutes: 10,
          compliance: { mode: 'disabled', frameworks: [] },
        },
      },
      rolloutPolicies: {
        usual: {
          strategy: 'staged',
          waves: waves.map(({ soakMinutes }) => ({ selector: { ...none, all: true }, soakMinutes })),
          healthGate: {},
          onHealthFailure: 'rollback-and-halt',
        },
      },
      waves: { stable: waves },
      edges: [],
      channelEdges: [],
      disruptionBudgets: [
        { selector: { ...none, tags: ['db'] }, maxInFlight: Math.max(2, hosts / 20), maxInFlightPct: null },
      ],
      meta: { schemaVersion: 1, signedAt: null, ciCommit: 'r2' },
    }),
  );
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return {
    next: decoded.fleet,
    running: null,
    ref: null,
    seed,
    startAt: null,
    durations: DEFAULT_PLAN_DURATIONS,
    log,
    warnings: [],
  };
}

function planOf(input) {
  const made = makePlan(input);
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.plan;
}

/** How many of the real ends lie between the forecast's p5 and p95, when a run is cut at a moment anywhere in it. */
async function calibrate() {
  let [inside, early, late] = [0, 0, 0];
  for (let cut = 0; cut < CUTS; cut += 1) {
    const input = inputOf(8 + (cut % 5) * 8, cut + 1);
    const made = planScenario(input);
    const events = [];
    const { endedRunMs, rollouts } = simulate(made.scenario, {
      keep: 'all',
      judged: false,
      onEvent: (event) => events.push(event),
    });
    const terminalMs = rollouts[0].sinceRunMs;
    // A fraction that is spread evenly and is the same in every run of this bench.
    const cutRunMs = asRunMs(Math.floor(terminalMs * ((cut * 0.618_033_988_749) % 1) * 0.95));
    if (endedRunMs < terminalMs) throw new Error('The run ended before its rollout.');
    const { startAt } = made.scenario;
    const log = { events: events.filter(({ runMs }) => runMs <= cutRunMs), startAt, endedRunMs: cutRunMs };
    const going = planScenario({ ...input, log, seed: FIRST_FORECAST_SEED + cut * CALIBRATION_RUNS });
    const { finished } = await simulateMany(going.scenario, { runs: CALIBRATION_RUNS, workers: 1, judged: false });
    const restMs = terminalMs - cutRunMs;
    const [p5, p95] = [finished.percentile(0.05) * BUCKET, finished.percentile(0.95)];
    if (process.argv.includes('--cuts'))
      console.log([cut, cutRunMs, restMs - finished.percentile(0.5), p5, restMs, p95].join('\t'));
    if (restMs < p5) early += 1;
    else if (restMs > p95) late += 1;
    else inside += 1;
  }
  const share = ((100 * inside) / CUTS).toFixed(1);
  console.log(`  ${inside} of ${CUTS} real ends lie between p5 and p95: ${share} %; ${early} before, ${late} after`);
}

if (process.argv.includes('--calibration')) {
  console.log(`Runs cut anywhere, the rest forecast from their logs, ${CALIBRATION_RUNS} runs each:`);
  await calibrate();
} else {
  console.log(`${HOSTS} hosts, by processor time of all threads:`);
  const input = inputOf(HOSTS, 1);
  const plan = await measured('one seed, critical path, blast radius', () => planOf(input));
  await measured('200 seeds more', () => withForecast(plan, { runs: 200 }));
  const { tried } = await measured('a deadline of one hour', () =>
    searchDeadline(input, plan, 3_600_000, new Set(), { runs: 20 }),
  );
  console.log(`  (${tried} changes were tried)`);
}
