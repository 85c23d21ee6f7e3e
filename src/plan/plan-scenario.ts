import type { Fleet, FleetProblem } from '../fleet/index.ts';
import { hostStates } from '../machine/index.ts';
import { DEFAULT_PROBES, fleetScenario, type Assumption, type Extensions, type Scenario } from '../simulator/index.ts';
import { writeSpan } from '../simulator/internal.ts';
import { count } from '../text/index.ts';
import { DEFAULT_PLAN_DURATIONS, withDurations, type PlanDurations } from './durations.ts';
import { goingOn, type GoingOn, type RecordedHosts, type RolloutLog } from './under-way.ts';

/** What to plan. */
export interface PlanInput {
  readonly next: Fleet;
  /** `null` if unknown. */
  readonly running: Fleet | null;
  /** The channel ref; `null` for the commit of the file. */
  readonly ref: string | null;
  readonly seed: number;
  /** When it starts, in epoch milliseconds; `null` if that does not matter. */
  readonly startAt: number | null;
  readonly durations: PlanDurations;
  /** What is known of a rollout under way, to continue from; `null` to start with the new fleet. */
  readonly log: RolloutLog | RecordedHosts | null;
  /** Gates that the protocol does not have; absent for none. */
  readonly extensions?: Extensions;
  /** Warnings from reading the file. */
  readonly warnings: readonly FleetProblem[];
}

/** What a plan assumes for a fleet that has not been built. */
export const NO_CLOSURES: Assumption = {
  what: 'The file names no closures; the plan assumes a new one for every host.',
  change: 'Build the hosts before writing the file.',
  isAboutClosures: true,
};

const ALL_NEW: Assumption = {
  what: 'Every host is assumed to run an older closure.',
  change: 'Say what runs now with --from.',
  isAboutClosures: true,
};

const NO_FAULTS_OCCUR: Assumption = {
  what: 'No faults occur: no probe fails, no host goes offline, and no switch is deferred.',
  change: 'Use `simulate` to see what faults do.',
};

/**
 * How often agents of a plan report. If no message is lost and no probe fails, only the first heartbeat and the first
 * result of each probe matter. The others are nine tenths of the work of a run.
 */
const RARELY_SECS = 3600;

/** The set in `probeSets` whose probes run as often as on a real host. All hosts of a plan use the other set. */
export const USUAL_PROBES = 1;

/** The scenario of a plan, without faults. */
export function planScenario(input: PlanInput): ReturnType<typeof fleetScenario> {
  const { next, running, ref, seed, startAt, durations } = input;
  const isBuilt = running !== null || [...next.hosts.values()].some(({ closureHash }) => closureHash !== null);
  const made = fleetScenario(next, { ref, closures: new Map(), newClosures: !isBuilt, from: running });
  if (!made.ok) return made;
  const { scenario } = made;
  const others = made.assumptions.filter(({ isAboutClosures }) => isAboutClosures !== true);
  const closures = isBuilt ? (running === null ? [ALL_NEW] : []) : [NO_CLOSURES];
  const agent = { ...scenario.agent, heartbeatSecs: RARELY_SECS };
  const rare = DEFAULT_PROBES.map((probe) => ({ ...probe, intervalSecs: RARELY_SECS }));
  const probeSets = [rare, DEFAULT_PROBES];
  const extended = input.extensions === undefined ? {} : { extensions: input.extensions };
  const started = { ...scenario, ...extended, agent, probeSets, seed, startAt: startAt ?? scenario.startAt };
  const timed = withDurations(started, next, durations);
  const ofEveryPlan = [...others, NO_FAULTS_OCCUR, durationsOf(timed)];
  if (input.log === null) return { ...made, assumptions: [...closures, ...ofEveryPlan], scenario: timed };
  const going = goingOn(timed, input.log);
  return { ...made, assumptions: [assumptionOf(going, input.log), ...ofEveryPlan], scenario: going.scenario };
}

function durationsOf({ durations, hosts }: Scenario): Assumption {
  const { activation, rollback, probe, reboot } = durations;
  const others = hosts.filter((host) => host.durations !== undefined).length;
  const own = others === 0 ? '' : ` ${count(others, 'host')} ${others === 1 ? 'has' : 'have'} the durations of a tag.`;
  const isDefault = durations === DEFAULT_PLAN_DURATIONS.durations && others === 0;
  return {
    what: `A switch takes ${writeSpan(activation)}, a rollback ${writeSpan(rollback)}, a probe ${writeSpan(probe)}, a reboot ${writeSpan(reboot)}.${own}`,
    change: isDefault ? 'Use measured ones with --durations FILE.' : 'Those that were not measured are guesses.',
  };
}

function assumptionOf({ states, rolloutIds }: GoingOn, from: RolloutLog | RecordedHosts): Assumption {
  const counts = hostStates.flatMap((state) => {
    const hosts = states.get(state) ?? 0;
    return hosts === 0 ? [] : [`${count(hosts, 'host')} ${state}`];
  });
  const source = 'events' in from ? 'log' : 'control plane';
  const what =
    rolloutIds.length === 0
      ? `The ${source} has no rollout of this file. Hosts run the closures in the ${source}, and every rollout starts.`
      : `The rollout continues from ${'events' in from ? 'the end of the log' : 'what the control plane knows'}: ${counts.join(', ')}.`;
  return { what, change: 'Times are measured from there.', isAboutClosures: true };
}
