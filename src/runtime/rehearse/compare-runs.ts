import { simulate, type HostTrack, type Run, type Scenario } from '../../simulator/index.ts';
import { count, formatDuration } from '../../text/index.ts';

/**
 * Times may differ by two ticks of the agent. It acts on the passage of time only at a tick, and the ticks of both runs
 * are not aligned. Nor are heartbeats, by which a record is taken over.
 */
const TICKS = 2;

/**
 * Lists where a rehearsal differs from the simulation of the same scenario, in the order of transitions, in times and
 * in ends. The last line is a summary.
 */
export function compareWithSimulation(scenario: Scenario, rehearsed: Run): readonly string[] {
  const simulated = simulate(withShortest(scenario), { keep: 'all' });
  const { tickSecs, heartbeatSecs } = scenario.agent;
  const ticksMs = TICKS * tickSecs * 1000;
  const lines: string[] = [];
  let [sameOrder, sameEnd, largestMs] = [0, 0, 0];
  for (const track of simulated.history.hosts) {
    const { hostname } = track;
    const rolloutId = rolloutIdOf(simulated, track);
    const other = rehearsed.history.trackOf(rolloutId, hostname);
    const [own, real] = [transitionsOf(track), other === null ? [] : transitionsOf(other)];
    const [ownWords, realWords] = [wordsOf(own), wordsOf(real)];
    if (own.at(-1)?.state === real.at(-1)?.state) sameEnd += 1;
    if (ownWords !== realWords) {
      lines.push(`differs: ${hostname} in ${rolloutId}: simulated ${ownWords}; rehearsed ${realWords}.`);
      continue;
    }
    sameOrder += 1;
    for (const [index, { state, runMs, isTakenOver }] of own.entries()) {
      const same = real[index];
      if (same === undefined) throw new Error(`${hostname} has the same transitions, and one less.`);
      const apartMs = Math.abs(same.runMs - runMs);
      if (!isTakenOver) largestMs = Math.max(largestMs, apartMs);
      if (apartMs > ticksMs + (isTakenOver ? heartbeatSecs * 1000 : 0))
        lines.push(`differs: ${hostname} in ${rolloutId} is ${state} ${formatDuration(apartMs)} apart.`);
    }
  }
  const hosts = count(simulated.history.hosts.length, 'host');
  lines.push(
    `compared: ${hosts}; ${sameOrder} with the same transitions in the same order, ${sameEnd} with the same end; ` +
      `times are at most ${formatDuration(largestMs)} apart (two ticks are ${formatDuration(ticksMs)}).`,
  );
  return lines;
}

/** In a rehearsal, everything takes the shortest allowed time. */
function withShortest(scenario: Scenario): Scenario {
  const { activation, rollback, probe, reboot, agentRestart, controlPlaneRestart } = scenario.durations;
  const shortest = Object.fromEntries(
    Object.entries({ activation, rollback, probe, reboot, agentRestart, controlPlaneRestart }).map(
      ([name, { minMs }]) => [name, { minMs, maxMs: minMs }],
    ),
  );
  return { ...scenario, durations: { ...scenario.durations, ...shortest } };
}

function rolloutIdOf({ history }: Run, { rollout }: HostTrack): string {
  const seen = history.rollouts[rollout];
  if (seen === undefined) throw new Error(`A host belongs to rollout ${rollout}, which the run does not have.`);
  return seen.rollout.rolloutId;
}

interface Entered {
  readonly state: string;
  readonly runMs: number;
  readonly isTakenOver: boolean;
}

function transitionsOf({ events }: HostTrack): readonly Entered[] {
  const entered: Entered[] = [];
  let takenOverRunMs = -1;
  for (const event of events) {
    const { runMs } = event;
    if (event.type === 'RecordTakenOver') takenOverRunMs = runMs;
    if (event.type !== 'HostTransition') continue;
    entered.push({ state: event.to, runMs, isTakenOver: runMs === takenOverRunMs });
  }
  return entered;
}

function wordsOf(entered: readonly Entered[]): string {
  return ['Pending', ...entered.map(({ state }) => state)].join(' → ');
}
