import type { RunEvent } from '../../simulator/run-events.ts';
import type { Run } from '../../simulator/run.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { writeScenario } from '../../simulator/scenario-file/write-scenario.ts';
import { simulate, type Progress } from '../../simulator/simulate.ts';
import { RunEventCollector } from './run-event-collector.ts';
import { RUN_FILE_FORMAT, RUN_FILE_VERSION, type RunFile, type RunRollout } from './run-file.ts';

type RolloutManifest = Scenario['rollouts'][number];

/** Above this many hosts passing probes and the scenario's text are left out: they would be most of the file. */
const MOST_HOSTS_IN_FULL = 1_000;

function runRollout({ rolloutId, channel, policy, waves, hosts }: RolloutManifest): RunRollout {
  const count = Math.max(1, waves.length, ...hosts.map(({ wave }) => wave + 1));
  return {
    rolloutId,
    channel,
    onHealthFailure: policy.onHealthFailure,
    waves: Array.from({ length: count }, (_, wave) => {
      const members = hosts.filter((host) => host.wave === wave);
      return {
        soakMinutes: waves[wave]?.soakMinutes ?? members[0]?.soakMinutes ?? 0,
        hosts: members.map(({ hostname }) => hostname),
        targets: members.map(({ targetClosure }) => targetClosure),
      };
    }),
  };
}

/** The scenario as a file that comes to the same run; `""` where no file can say it, or nobody would want to copy it. */
function scenarioText(scenario: Scenario): string {
  if (scenario.hosts.length > MOST_HOSTS_IN_FULL) return '';
  try {
    return writeScenario(scenario, { comment: [], expect: {} });
  } catch (error) {
    // Releases that cannot come from one fleet have no file.
    if (error instanceof RangeError) return '';
    throw error;
  }
}

/** Every rollout that the run may open, each once. */
function rolloutsOf(scenario: Scenario): readonly RunRollout[] {
  const later = scenario.steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []));
  const manifests = new Map([...scenario.rollouts, ...later].map((manifest) => [manifest.rolloutId, manifest]));
  return [...manifests.values()].map(runRollout);
}

/** Listens to a run of the simulator, and gives the run file when it is over. */
export interface RunRecorder {
  /** For `onEvent` of the simulator. */
  readonly take: (event: RunEvent) => void;
  readonly finish: (run: Run) => RunFile;
}

export function runRecorder(scenario: Scenario): RunRecorder {
  const rollouts = rolloutsOf(scenario);
  const collector = new RunEventCollector(rollouts, scenario.hosts.length > MOST_HOSTS_IN_FULL);
  return {
    take: (event) => collector.take(event),
    finish: (run) => ({
      format: RUN_FILE_FORMAT,
      version: RUN_FILE_VERSION,
      title: scenario.title,
      seed: scenario.seed,
      scenario: scenarioText(scenario),
      startAt: scenario.startAt,
      endedAt: run.endedAt,
      outcome: run.outcome,
      machineSteps: run.machineSteps,
      rollouts,
      ...collector.collected(),
    }),
  };
}

/** Runs a scenario with the simulator of this package and keeps what the page needs of it. */
export function recordRun(scenario: Scenario, onProgress?: (progress: Progress) => void): RunFile {
  const recorder = runRecorder(scenario);
  return recorder.finish(
    simulate(scenario, { onEvent: recorder.take, ...(onProgress === undefined ? {} : { onProgress }) }),
  );
}
