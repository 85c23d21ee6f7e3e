import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { identityOf } from '../shared/process-identity.ts';
import { JobFiles, type JobRequest } from './job-files.ts';
import { OutputTail } from './output-tail.ts';
import type { JobOutcome } from './ports.ts';
import { killGroup } from './run-command.ts';
import { errorCode } from '../../text/index.ts';

/** Exit code of `switch-to-configuration`: the system switched, but some units failed. */
const UNITS_FAILED_EXIT_CODE = 4;
/** The exit code that shells use for a missing command. */
const NOT_FOUND_EXIT_CODE = 127;
const MAX_COMPONENT_LENGTH = 200;
/** How long standard error is read after the command has ended. */
const LAST_WORDS_MS = 500;

/** What a worker process does: claims the request, runs its command, and writes the outcome. */
export async function workOnJob(folder: string, id: string): Promise<void> {
  const files = new JobFiles(folder);
  const worker = identityOf(process.pid);
  // Before the claim: once the job is claimed, an agent asks which process runs it.
  files.writeWorkers(id, { worker, command: null });
  if (!files.claim(id)) {
    files.remove(id);
    return;
  }
  const request = files.running(id);
  if (request === null) return files.writeOutcome(id, failed(null, 'The request of this job cannot be read.'));
  files.writeOutcome(
    id,
    await runCommand(request, files.deferredPath(id), (pid) =>
      files.writeWorkers(id, { worker, command: identityOf(pid) }),
    ),
  );
}

function runCommand(
  { job, command, timeoutMs }: JobRequest,
  deferredPath: string,
  onStart: (pid: number) => void,
): Promise<JobOutcome> {
  const [program = '', ...args] = command;
  const { kind, rolloutId, closure } = job;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      // Its own process group, so that its children are killed with it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        NIXFLEET_KIND: kind,
        NIXFLEET_ROLLOUT_ID: rolloutId,
        NIXFLEET_CLOSURE: closure,
        NIXFLEET_DEFERRED_FILE: deferredPath,
      },
    });
    const tail = new OutputTail();
    child.stderr.on('data', (bytes: Buffer) => tail.add(bytes));
    const { pid } = child;
    if (pid !== undefined) onStart(pid);
    const limit = setTimeout(() => {
      tail.add(Buffer.from(`\nKilled after ${timeoutMs / 1000} s.`));
      if (pid !== undefined) killGroup(pid);
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(limit);
      resolve(failed(NOT_FOUND_EXIT_CODE, `${program} cannot be started: ${errorCode(error)}`));
    });
    child.on('exit', (exitCode) => {
      clearTimeout(limit);
      const settle = (): void => {
        clearTimeout(grace);
        child.stderr.destroy();
        resolve(outcomeOf(exitCode, tail.text(), deferredPath));
      };
      // A service started by the switch may keep standard error open for ever.
      const grace = setTimeout(settle, LAST_WORDS_MS);
      child.on('close', settle);
    });
  });
}

function outcomeOf(exitCode: number | null, stderrTail: string, deferredPath: string): JobOutcome {
  if (exitCode !== 0 && exitCode !== UNITS_FAILED_EXIT_CODE) return failed(exitCode, stderrTail);
  const component = deferredComponent(deferredPath);
  return component === null ? { type: 'done', exitCode } : { type: 'deferred', component };
}

function deferredComponent(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8').trim().slice(0, MAX_COMPONENT_LENGTH);
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

function failed(exitCode: number | null, stderrTail: string): JobOutcome {
  return { type: 'failed', exitCode, stderrTail };
}
