import { Readable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import type { Io } from '../../src/cli/io.ts';

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The width of the terminal; 0 for none. */
  readonly columns?: number;
  /** Called with all of standard output after every write to it. */
  readonly onStdout?: (text: string) => void;
  readonly interruption?: AbortSignal;
}

/** Runs the command in this process, from the sources. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { stdin = '', env = {}, columns = 0, onStdout } = options;
  const interruption = options.interruption ?? new AbortController().signal;
  const printed = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
    write: (data) => {
      printed[name] += Buffer.from(data).toString();
      if (name === 'stdout') onStdout?.(printed.stdout);
    },
    isTerminal: columns > 0,
    columns,
  });
  const status = await run(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: output('stdout'),
    stderr: output('stderr'),
    env,
    interruption: () => interruption,
  });
  return { status, ...printed };
}
