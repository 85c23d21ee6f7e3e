import { simulate, type HostTrack, type Run, type Scenario } from '../../simulator/index.ts';
import { count, formatDuration } from '../../text/index.ts';
import { delayedMs } from './delays.ts';
import type { Rehearsed } from './rehearse.ts';

/** Times may differ by two ticks of the agent: it does what time brings about at a tick. */
const TICKS = 2;

/** How many transitions of both runs are how close to each other. */
interface Closeness {
  readonly withinTicks: number;
  /** No further apart than two ticks and the delays of the machine until then. */
  readonly withinDelays: number;
  readonly transitions: number;
  readonly largestMs: number;
}

/**
 * Where a rehearsal differs from the simulation of the same scenario: order of transitions, times, and ends. The last
 * lines sum up.
 */
export function compareWithSimulation(scenario: Scenario, rehearsed: Rehearsed): readonly string[] {
  const simulated = simulate(withShortest(scenario), { keep: 'all' });
  const lines: string[] = [];
  let [sameOrder, sameEnd] = [0, 0];
  let close: Closeness = { withinTicks: 0, withinDelays: 0, transitions: 0, largestMs: 0 };
  for (const track of simulated.history.hosts) {
    const { hostname } = track;
    const rolloutId = rolloutIdOf(simulated, track);
    const other = rehearsed.run.history.trackOf(rolloutId, hostname);
    const [own, real] = [transitionsOf(track), other === null ? [] : transitionsOf(other)];
    const [ownWords, realWords] = [wordsOf(own), wordsOf(real)];
    if (own.at(-1)?.state === real.at(-1)?.state) sameEnd += 1;
    if (ownWords !== realWords) {
      lines.push(`differs: ${hostname} in ${rolloutId}: simulated ${ownWords}; rehearsed ${realWords}.`);
      continue;
    }
    sameOrder += 1;
    for (const [index, { state, runMs }] of own.entries()) {
      const realRunMs = real[index]?.runMs;
      if (realRunMs === undefined) throw new Error(`${hostname} has the same transitions, and one less.`);
      const apartMs = Math.abs(realRunMs - runMs);
      const within = allowedMs(scenario) + delayedMs(rehearsed.delays, realRunMs);
      if (apartMs > within)
        lines.push(`differs: ${hostname} in ${rolloutId} is ${state} ${formatDuration(apartMs)} apart.`);
      close = {
        withinTicks: close.withinTicks + (apartMs <= allowedMs(scenario) ? 1 : 0),
        withinDelays: close.withinDelays + (apartMs <= within ? 1 : 0),
        transitions: close.transitions + 1,
        largestMs: Math.max(close.largestMs, apartMs),
      };
    }
  }
  const hosts = count(simulated.history.hosts.length, 'host');
  lines.push(
    `compared: ${hosts}; ${sameOrder} with the same transitions in the same order, ${sameEnd} with the same end.`,
    ...timesOf(close, scenario, rehearsed),
  );
  return lines;
}

function timesOf(
  { withinTicks, withinDelays, transitions, largestMs }: Closeness,
  scenario: Scenario,
  { delays, run, speed }: Rehearsed,
): readonly string[] {
  const ticks = formatDuration(allowedMs(scenario));
  const lateMs = delayedMs(delays, run.endedRunMs);
  const times =
    `times: ${withinTicks} of ${count(transitions, 'transition')} within two ticks (${ticks}), ` +
    `${withinDelays} within two ticks and the delays of this machine until then; at most ${formatDuration(largestMs)} apart.`;
  const machine = `At speed ${speed}, processes waited for this machine for ${formatDuration(lateMs)} of the run.`;
  return [times, lateMs > allowedMs(scenario) ? `${machine} A lower --speed brings the two closer.` : machine];
}

function allowedMs({ agent }: Scenario): number {
  return TICKS * agent.tickSecs * 1000;
}

/** In a rehearsal everything takes as short as it may. */
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
}

function transitionsOf({ events }: HostTrack): readonly Entered[] {
  return events.flatMap((event) => {
    if (event.type === 'HostTransition') return [{ state: event.to, runMs: event.runMs }];
    return event.type === 'RecordTakenOver' ? [{ state: event.state, runMs: event.runMs }] : [];
  });
}

function wordsOf(entered: readonly Entered[]): string {
  return ['Pending', ...entered.map(({ state }) => state)].join(' → ');
}
