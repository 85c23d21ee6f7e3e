import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { printableLines } from '../text/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { DefineCommand, Io } from './io.ts';
import { refuse } from './problem.ts';

interface CommandEntry {
  readonly about: string;
  readonly load: () => Promise<DefineCommand>;
}

/** Only the command that runs is loaded: loading all of them would slow down `--help` and mistyped commands. */
const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  simulate: {
    about: 'Roll out a fleet in simulated time and see what happens',
    load: async () => (await import('./simulate-command.ts')).defineSimulate,
  },
  plan: {
    about: 'Show what a change to a fleet will do before it is released',
    load: async () => (await import('./plan-command.ts')).definePlan,
  },
  durations: {
    about: 'Measure durations in a recorded rollout, for `plan --durations`',
    load: async () => (await import('./durations-command.ts')).defineDurations,
  },
  paths: {
    about: 'Generate tests from the statecharts, with exact coverage',
    load: async () => (await import('./paths-command.ts')).definePaths,
  },
  conform: {
    about: 'Test another implementation against the statecharts',
    load: async () => (await import('./conform-command.ts')).defineConform,
  },
  peer: {
    about: "Answer `conform`'s questions with this implementation",
    load: async () => (await import('./peer-command.ts')).definePeer,
  },
  'control-plane': {
    about: 'Run a control plane',
    load: async () => (await import('./control-plane-command.ts')).defineControlPlane,
  },
  status: {
    about: "Show the state of a control plane's rollouts",
    load: async () => (await import('./status-command.ts')).defineStatus,
  },
  trace: {
    about: 'Show the history of a host or a rollout from the event log',
    load: async () => (await import('./trace-command.ts')).defineTrace,
  },
  replay: {
    about: 'Replay a recorded log, and report decisions that differ',
    load: async () => (await import('./replay-command.ts')).defineReplay,
  },
  rehearse: {
    about: 'Roll out a fleet with real processes on this machine',
    load: async () => (await import('./rehearse-command.ts')).defineRehearse,
  },
  agent: {
    about: 'Run the agent of a host',
    load: async () => (await import('./agent-command.ts')).defineAgent,
  },
  visualize: {
    about: 'Show the statecharts and recorded runs in a browser',
    load: async () => (await import('./visualize-command.ts')).defineVisualize,
  },
  diagram: {
    about: "Export a statechart as a picture or in another tool's notation",
    load: async () => (await import('./diagram-command.ts')).defineDiagram,
  },
};

const EXAMPLES = `
Examples:
  $ nixfleet-statechart          # opens an example fleet in the browser
  $ nixfleet-statechart simulate fleet.resolved.json --new-closures
  $ nixfleet-statechart paths --format markdown
  $ nixfleet-statechart conform --exec './my-reducer --serve'

\`nixfleet-statechart COMMAND --help\` has the options, examples and exit codes of a command.
`;

/**
 * Runs a command line and returns its exit code. Never throws because of bad input: problems are printed with their
 * place and remedy.
 */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = newProgram(io);
  for (const [name, { about }] of Object.entries(COMMANDS)) program.command(name).description(about);
  const named = args[0] === 'help' ? args[1] : args.find((arg) => !arg.startsWith('-'));
  try {
    if (args.length === 0) return await welcome(program, io);
    for (const command of program.commands.filter((each) => each.name() === named)) {
      const define = await COMMANDS[command.name()]?.load();
      define?.(command, io, (code) => {
        exitCode = code;
      });
    }
    if (args[0] === 'help' && named !== undefined && !Object.hasOwn(COMMANDS, named))
      program.error(`error: unknown command '${named}'`);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    if (!isFailedWrite(error)) throw error;
    // The reader closed the pipe, as `head` does.
    if (error.code === 'EPIPE') return EXIT.ok;
    const remedy = 'Free some space there, or write elsewhere.';
    return refuse(io, [{ path: 'standard output', message: `it cannot be written: ${error.message}`, remedy }]);
  }
  return exitCode;
}

function newProgram(io: Io): Command {
  return (
    new Command('nixfleet-statechart')
      .description('NixOS rollouts as statecharts: simulate fleets, visualize them, test against them.')
      .version(version(), '--version', 'print the version')
      .exitOverride()
      .configureHelp({ sortSubcommands: true })
      // Commands inherit this. Errors quote the command line, which may contain anything.
      .configureOutput({
        writeOut: io.stdout.write,
        writeErr: (text) => io.stderr.write(printableLines(text)),
        getOutHelpWidth: () => io.stdout.columns || DEFAULT_HELP_WIDTH,
        getErrHelpWidth: () => io.stderr.columns || DEFAULT_HELP_WIDTH,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      })
      .showHelpAfterError('See --help.')
      .addHelpText('after', EXAMPLES)
  );
}

const DEFAULT_HELP_WIDTH = 100;

/** Without arguments: opens the example fleet in a browser, or prints help if there is no terminal. */
async function welcome(program: Command, io: Io): Promise<ExitCode> {
  if (io.stdout.isTerminal) return (await import('./welcome.ts')).showExample(io);
  program.outputHelp();
  return EXIT.ok;
}

/** Read rather than imported, because the file is not part of the compilation. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const isKnown = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  if (!isKnown) throw new Error('package.json has no version');
  return String(manifest.version);
}

function isFailedWrite(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write';
}
