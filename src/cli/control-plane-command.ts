import { pageWithStream } from '../visualize/index.ts';
import { dirname } from 'node:path';
import { controlPlaneCore } from '../control-plane/index.ts';
import {
  configuredControlPlane,
  findUnusableAddresses,
  readSqliteStore,
  runControlPlane,
  RuntimeProblem,
  sqliteStore,
  verifyStore,
  type ConfiguredControlPlane,
  type RunningControlPlane,
} from '../runtime/control-plane/index.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import { readInput } from './input-file.ts';
import { notify, type DefineCommand, type Io } from './io.ts';
import { refuse } from './problem.ts';
import { replayWords } from './replay-words.ts';
import { pageWith } from './visualize-page.ts';

const HELP = `
FILE is a JSON configuration: see docs/operating.md, and
schema/control-plane.schema.json for editors. Logs one JSON object per line.
SIGTERM and SIGINT shut it down cleanly; SIGHUP rereads the fleet files.

Examples:
  $ nixfleet-statechart control-plane control-plane.json
  $ nixfleet-statechart control-plane control-plane.json --check
  $ nixfleet-statechart control-plane control-plane.json --verify
${exitCodesHelp('controlPlane')}`;

interface ControlPlaneFlags {
  readonly check?: boolean;
  readonly verify?: boolean;
  readonly unsigned?: boolean;
}

export const defineControlPlane: DefineCommand = (command, io, onDone) => {
  command
    .argument('<file>', 'configuration file; - for standard input')
    .option('--check', 'only check the configuration')
    .option('--verify', 'only replay the log in the database, and compare the decisions')
    .option('--unsigned', 'release unsigned fleet files; for tests only')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: ControlPlaneFlags) => onDone(await runConfigured(file, flags, io)));
};

async function runConfigured(file: string, flags: ControlPlaneFlags, io: Io): Promise<ExitCode> {
  const { check = false, verify = false, unsigned = false } = flags;
  const input = await readInput(file, io);
  if (!input.ok) return refuse(io, [input.problem], file);
  const page = pageWith(null);
  const read = configuredControlPlane(input.text, file === '-' ? '.' : dirname(file), {
    writeLog: io.stdout.write,
    unsigned,
    ...(page.ok ? { page: pageWithStream(page.text, '/v1/operator/stream') } : {}),
  });
  if (!read.ok) return refuse(io, read.problems, file);
  try {
    if (verify) return await verifyDatabase(read.controlPlane.database, io);
    if (check) return EXIT.ok;
    const unusable = await findUnusableAddresses(read.controlPlane.options);
    return unusable.length > 0 ? refuse(io, unusable, file) : await serve(read.controlPlane, io);
  } catch (error) {
    if (error instanceof RuntimeProblem) return refuse(io, [error.problem], file);
    throw error;
  }
}

async function serve({ database, options }: ConfiguredControlPlane, io: Io): Promise<ExitCode> {
  const interruption = io.interruption();
  let running: RunningControlPlane | null = null;
  let isReloadWanted = false;
  // Must come before the start: until then, a signal ends the process.
  const reload = (): void => {
    if (running === null) isReloadWanted = true;
    else void running.reload();
  };
  process.on('SIGHUP', reload);
  try {
    const started = await runControlPlane({ ...options, store: await sqliteStore(database) });
    running = started;
    if (isReloadWanted) reload();
    const close = (): void => void started.close();
    if (interruption.aborted) close();
    else interruption.addEventListener('abort', close);
    return await exitCodeOf(started, io);
  } finally {
    process.off('SIGHUP', reload);
  }
}

async function exitCodeOf(running: RunningControlPlane, io: Io): Promise<ExitCode> {
  try {
    await running.ended;
    return EXIT.ok;
  } catch (error) {
    notify(io, `The control plane has stopped: ${error instanceof Error ? error.message : String(error)}`);
    await running.close();
    return EXIT.controlPlaneFailed;
  }
}

async function verifyDatabase(database: string, io: Io): Promise<ExitCode> {
  const store = await readSqliteStore(database);
  try {
    const replayed = await verifyStore(controlPlaneCore(), store);
    io.stdout.write(`${replayWords(replayed).join('\n')}\n`);
    return replayed.difference === null ? EXIT.ok : EXIT.differs;
  } finally {
    await store.close();
  }
}
