import { controlPlaneCore } from '../control-plane/index.ts';
import {
  isInputLog,
  readSqliteStore,
  replayInputLog,
  RuntimeProblem,
  standingsOf,
  verifyStore,
  type Replayed,
} from '../runtime/control-plane/index.ts';
import { printable } from '../text/index.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import { isDatabase, readInput } from './input-file.ts';
import type { DefineCommand, Io } from './io.ts';
import { refuse } from './problem.ts';
import { replayWords } from './replay-words.ts';
import { replayEventLog } from './replay-event-log.ts';

const HELP = `
FILE is the database of a control plane, an input log (JSON lines, see
docs/operating.md), or the event log of \`simulate --events\`. For a database or
an input log, it lists every unfinished host and what it waits for.

Examples:
  $ nixfleet-statechart replay control-plane.db
  $ nixfleet-statechart replay recorded.jsonl
${exitCodesHelp('replay')}`;

export const defineReplay: DefineCommand = (command, io, onDone) => {
  command
    .argument('<file>', 'database or log; - for a log on standard input')
    .addHelpText('after', HELP)
    .action(async (file: string) => onDone(await replay(file, io)));
};

async function replay(file: string, io: Io): Promise<ExitCode> {
  try {
    if (file !== '-' && isDatabase(file)) return await replayDatabase(file, io);
  } catch (error) {
    if (error instanceof RuntimeProblem) return refuse(io, [error.problem], file);
    throw error;
  }
  const input = await readInput(file, io);
  if (!input.ok) return refuse(io, [input.problem], file);
  if (!isInputLog(input.text)) return replayEventLog(file, input.text, io);
  const replayed = await replayInputLog(controlPlaneCore(), input.text);
  if (replayed.ok) return report(replayed, io);
  const { line, message } = replayed;
  return refuse(io, [{ path: `line ${line}`, message, remedy: 'Correct it, or write the log again.' }], file);
}

async function replayDatabase(file: string, io: Io): Promise<ExitCode> {
  const store = await readSqliteStore(file);
  try {
    return report(await verifyStore(controlPlaneCore(), store), io);
  } finally {
    await store.close();
  }
}

function report(replayed: Replayed, io: Io): ExitCode {
  const lines = [...replayWords(replayed)];
  for (const { cause, message } of standingsOf(replayed.folded)) lines.push(`${cause}: ${printable(message)}`);
  io.stdout.write(`${lines.join('\n')}\n`);
  return replayed.difference === null ? EXIT.ok : EXIT.differs;
}
