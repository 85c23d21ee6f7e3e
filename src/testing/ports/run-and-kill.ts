import { spawn } from 'node:child_process';

/**
 * Runs a program in another process, which must kill itself with `SIGKILL`.
 *
 * @param body the body of an async function with `module`, the imported module, and `args`
 * @throws Error if it ends in any other way
 */
export async function runAndKill(module: URL, body: string, args: readonly string[]): Promise<void> {
  const program = `const module = await import(process.argv[1]); const args = process.argv.slice(2); ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, module.href, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr = `${stderr}${bytes.toString()}`.slice(-MAX_STDERR);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on('close', (exitCode, by) => resolve([exitCode, by]));
  });
  if (signal !== 'SIGKILL') throw new Error(`the process ended with ${code ?? signal} instead: ${stderr.trim()}`);
}

const MAX_STDERR = 2000;
