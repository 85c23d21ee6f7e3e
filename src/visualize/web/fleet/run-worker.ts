import { parseFleet, type FleetProblem } from '../../../fleet/index.ts';
import { fleetScenario, readScenario, type Scenario } from '../../../simulator/index.ts';
import { recordRun } from '../../run-file/record-run.ts';
import { demoScenario } from './demo-scenario.ts';
import { variantOfScenario } from './scenario-variant.ts';
import type { RunRequest, WorkerAnswer, WorkerOrder } from './run-request.ts';

const answer = (message: WorkerAnswer): void => globalThis.postMessage(message);

globalThis.addEventListener('message', ({ data: { request, messagesOf } }: MessageEvent<WorkerOrder>) => {
  try {
    const scenario = scenarioOf(request);
    if (scenario === null) return;
    const file = recordRun(
      scenario,
      ({ now, ended, hosts }) => answer({ type: 'progress', now, ended, hosts }),
      messagesOf.size > 0 ? messagesOf : undefined,
    );
    answer({ type: 'done', text: JSON.stringify(file) });
  } catch (error) {
    answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});

/** `null` if it cannot be read, after posting the problem. */
function scenarioOf(request: RunRequest): Scenario | null {
  if (request.type === 'generated') return demoScenario(request.choice);
  if (request.type === 'fleet') return scenarioOfFleet(request.text);
  if (request.type === 'variant') {
    const scenario = scenarioOf(request.of);
    return scenario === null ? null : variantOfScenario(scenario, request.variant);
  }
  // The page has no folders. A file that the scenario names is the one of that name that was opened with it.
  const readFile = (path: string) => request.files.get(path.split(/[\\/]/).at(-1) ?? '') ?? null;
  const read = readScenario(request.text, { readFile });
  if (read.ok) return read.scenario;
  answer({
    type: 'mistakes',
    mistakes: read.problems.map(({ line, column, message, remedy }) => ({ line, column, message, remedy })),
  });
  return null;
}

/** The file is the new release. If it names no closures, every host gets a new one. The title says what is assumed. */
function scenarioOfFleet(text: string): Scenario {
  const decoded = parseFleet(text);
  if (!decoded.ok) throw new Error(problemWords(decoded.problems));
  const { fleet } = decoded;
  const newClosures = [...fleet.hosts.values()].every(({ closureHash }) => closureHash === null);
  const made = fleetScenario(fleet, { ref: null, closures: new Map(), newClosures });
  if (!made.ok) throw new Error(problemWords(made.problems));
  const assumed = newClosures
    ? 'closures generated: the file names none'
    : 'assuming that every host runs an older closure';
  return { ...made.scenario, title: `${made.scenario.title} (${assumed})` };
}

const MOST_PROBLEMS = 5;

function problemWords(problems: readonly FleetProblem[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ path, message }) => `${path}: ${message}`);
  return [...shown, ...(problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more.`] : [])].join(
    ' ',
  );
}
