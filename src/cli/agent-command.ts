import { dirname } from 'node:path';
import { configuredAgent, runAgent, RuntimeProblem, type AgentHandle } from '../runtime/agent/index.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import { readInput } from './input-file.ts';
import { notify, type DefineCommand, type Io } from './io.ts';
import { refuse } from './problem.ts';

const HELP = `
FILE is a JSON configuration: see docs/operating.md, and
schema/agent.schema.json for editors. Logs one JSON object per line. SIGTERM and
SIGINT shut it down cleanly; a running switch continues.

Examples:
  $ nixfleet-statechart agent agent.json
  $ nixfleet-statechart agent agent.json --check
${exitCodesHelp('agent')}`;

interface AgentFlags {
  readonly check?: boolean;
}

export const defineAgent: DefineCommand = (command, io, onDone) => {
  command
    .argument('<file>', 'configuration file; - for standard input')
    .option('--check', 'only check the configuration')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: AgentFlags) => onDone(await runConfigured(file, flags, io)));
};

async function runConfigured(file: string, { check = false }: AgentFlags, io: Io): Promise<ExitCode> {
  const input = await readInput(file, io);
  if (!input.ok) return refuse(io, [input.problem], file);
  const folder = file === '-' ? '.' : dirname(file);
  const read = configuredAgent(input.text, folder, { writeLog: io.stdout.write });
  if (!read.ok) return refuse(io, read.problems, file);
  if (check) return EXIT.ok;
  const interruption = io.interruption();
  let handle: AgentHandle;
  try {
    handle = await runAgent(read.agent);
  } catch (error) {
    if (error instanceof RuntimeProblem) return refuse(io, [error.problem], file);
    throw error;
  }
  const close = (): void => void handle.close();
  if (interruption.aborted) close();
  else interruption.addEventListener('abort', close);
  const end = await handle.ended;
  if (end.type === 'closed') return EXIT.ok;
  notify(io, `The agent has stopped: ${end.error.message}`);
  return EXIT.agentFailed;
}
