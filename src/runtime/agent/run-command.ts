import { spawn } from 'node:child_process';
import { OutputTail } from './output-tail.ts';

export interface CommandEnd {
  /** `null` if a signal ended it. */
  readonly exitCode: number | null;
  /** Why it was killed, or could not be started; `null` if it ended by itself. */
  readonly problem: string | null;
  readonly stdout: string;
  /** Only the end of it, if it is long. */
  readonly stderr: string;
}

export interface CommandLimits {
  /** Of real time. */
  readonly timeoutMs: number;
  /** A command that prints more is killed. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end, or kills it with everything that it has started. Never rejects. */
export function runCommand(
  [program = '', ...args]: readonly string[],
  { timeoutMs, maxOutputBytes, signal, env = {} }: CommandLimits,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    // Its own process group, so that its children are killed with it.
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const chunks: Buffer[] = [];
    const tail = new OutputTail();
    let length = 0;
    let problem: string | null = null;
    const kill = (why: string): void => {
      problem ??= why;
      if (child.pid !== undefined) killGroup(child.pid);
      // Something in another group may keep these open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const settle = (exitCode: number | null): void => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', onAbort);
      resolve({ exitCode, problem, stdout: Buffer.concat(chunks).toString('utf8'), stderr: tail.text() });
    };
    const onAbort = (): void => kill('it was stopped');
    const limit = setTimeout(() => kill(`it took longer than ${timeoutMs / 1000} s`), timeoutMs);
    signal?.addEventListener('abort', onAbort);
    child.stdout.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length > maxOutputBytes) kill(`it printed more than ${maxOutputBytes} bytes`);
      else chunks.push(bytes);
    });
    child.stderr.on('data', (bytes: Buffer) => tail.add(bytes));
    child.on('error', (error) => {
      problem = `${program} cannot be started: ${error.message}`;
      settle(null);
    });
    child.on('close', settle);
    if (signal?.aborted === true) onAbort();
  });
}

export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}
