import { type Scenario, simulate, type Progress } from '../../simulator/index.ts';
import { keepFor, runFileOf, type RunFile } from './run-file.ts';

/** Simulates a scenario, and returns its run file. */
export function recordRun(
  scenario: Scenario,
  onProgress?: (progress: Progress) => void,
  messagesOf?: ReadonlySet<string>,
): RunFile {
  const options = {
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(messagesOf === undefined ? {} : { messagesOf }),
  };
  return runFileOf(simulate(scenario, { keep: keepFor(scenario), ...options }));
}
