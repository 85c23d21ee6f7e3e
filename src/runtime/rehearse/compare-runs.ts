import type { HostTrack, Run } from '../../simulator/index.ts';
import { count, formatDuration } from '../../text/index.ts';

/** Times may differ by two ticks of the agent: it does what time brings about at a tick. */
const TICKS = 2;

/**
 * Where a rehearsal differs from the simulation of the same scenario: order of transitions, times, and ends. The last
 * line sums up.
 *
 * @param speed of the rehearsal: what real processes take is worth that much more of its time
 */
export function compareWithSimulation(simulated: Run, rehearsed: Run, speed: number): readonly string[] {
  const lines: string[] = [];
  const { tickSecs } = simulated.scenario.agent;
  const allowedMs = TICKS * tickSecs * 1000;
  let [sameOrder, sameEnd, latestMs] = [0, 0, 0];
  for (const track of simulated.history.hosts) {
    const rolloutId = simulated.history.rollouts[track.rollout]?.rollout.rolloutId ?? '';
    const other = rehearsed.history.trackOf(rolloutId, track.hostname);
    const [own, real] = [transitionsOf(track), other === null ? [] : transitionsOf(other)];
    const [ownWords, realWords] = [wordsOf(own), wordsOf(real)];
    if (ownWords === realWords) sameOrder += 1;
    else lines.push(`differs: ${track.hostname} in ${rolloutId}: simulated ${ownWords}; rehearsed ${realWords}.`);
    if (own.at(-1)?.state === real.at(-1)?.state) sameEnd += 1;
    if (ownWords !== realWords) continue;
    for (const [at, { state, runMs }] of own.entries()) {
      const offMs = Math.abs((real[at]?.runMs ?? runMs) - runMs);
      latestMs = Math.max(latestMs, offMs);
      if (offMs <= allowedMs) continue;
      lines.push(`differs: ${track.hostname} is ${state} ${formatDuration(offMs)} apart.`);
    }
  }
  const hosts = simulated.history.hosts.length;
  lines.push(
    `compared: ${count(hosts, 'host')}; ${sameOrder} with the same transitions in the same order, ${sameEnd} with the same end; ` +
      `the largest difference in time is ${formatDuration(latestMs)} (two ticks are ${formatDuration(allowedMs)}) at speed ${speed}.`,
  );
  return lines;
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
