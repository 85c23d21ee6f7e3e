import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { diskProblem, RuntimeProblem } from '../shared/runtime-problem.ts';
import type { RunningSystem } from './ports.ts';
import { runCommand } from './run-command.ts';

/** The source of the running closure. */
export type ClosureSource =
  /** A link, such as `/run/current-system`, to the closure. */
  | { readonly link: string }
  /** A command that prints it. */
  | { readonly command: readonly string[] };

const COMMAND_LIMITS = { timeoutMs: 10_000, maxOutputBytes: 64 * 1024 };
const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** Where to read the running closure. */
export interface RunningSystemOptions {
  readonly closure: ClosureSource;
  /** A file whose text changes with every boot of the machine. */
  readonly bootIdFile?: string;
}

/** Reads the running closure from a symlink or a command, and the boot id from a file. */
export function runningSystem({ closure, bootIdFile = BOOT_ID_FILE }: RunningSystemOptions): RunningSystem {
  return {
    runningClosure: () => ('link' in closure ? closureOfLink(closure.link) : closureOfCommand(closure.command)),
    bootId: () => {
      try {
        return readFileSync(bootIdFile, 'utf8').trim();
      } catch (error) {
        throw diskProblem(bootIdFile, error);
      }
    },
  };
}

/** A closure is named by the last part of its path, as in the fleet file: `…/HASH-nixos-system-web-01`. */
function closureOfLink(link: string): string {
  try {
    return basename(readlinkSync(link));
  } catch (error) {
    throw diskProblem(link, error);
  }
}

async function closureOfCommand(command: readonly string[]): Promise<string> {
  const { exitCode, problem, stdout, stderr } = await runCommand(command, COMMAND_LIMITS);
  const printed = stdout.trim();
  if (problem === null && exitCode === 0 && printed !== '') return printed;
  const why = problem ?? (exitCode === 0 ? 'it printed nothing' : `it exited with ${exitCode ?? 'a signal'}`);
  throw new RuntimeProblem({
    path: command.join(' '),
    message: `the running closure cannot be determined: ${why}${stderr === '' ? '' : ` (${stderr.trim()})`}`,
    remedy: 'Run the command by hand, and correct it in the configuration.',
  });
}
