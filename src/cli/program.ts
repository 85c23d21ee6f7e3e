import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addConformCommand } from './conform-command.ts';
import { addDiagramCommand } from './diagram-command.ts';
import { addPathsCommand } from './paths-command.ts';
import { addPeerCommand } from './peer-command.ts';
import { addSimulateCommand } from './simulate-command.ts';
import { problemText } from './problem.ts';
import { addVisualizeCommand } from './visualize-command.ts';

/** Runs the command line, and returns its exit code. No error of an input ever gets out as a stack trace. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('nixfleet-statechart')
    .description(
      'The life of a NixOS host in a rollout, as one statechart: simulate a fleet, look at it, test against it.',
    )
    .version(version(), '--version', 'print the version')
    .exitOverride()
    .configureHelp({ sortSubcommands: true, showGlobalOptions: false })
    .showHelpAfterError('Use --help for what there is.');
  const onDone = (code: ExitCode): void => {
    exitCode = code;
  };
  addSimulateCommand(program, onDone);
  addPathsCommand(program, onDone);
  addConformCommand(program, onDone);
  addPeerCommand(program, onDone);
  addVisualizeCommand(program, onDone);
  addDiagramCommand(program, onDone);
  try {
    refuseUnknownHelp(program, args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    if (!isFailedWrite(error)) throw error;
    // As with `| head`: a reader that has seen enough is no error.
    if (error.code === 'EPIPE') return EXIT.ok;
    process.stderr.write(
      problemText('This command', [
        {
          path: 'output',
          message: `it cannot be written: ${error.message}`,
          remedy: 'Make room there, or write elsewhere.',
        },
      ]),
    );
    return EXIT.badInput;
  }
  return exitCode;
}

/** Left to itself, the library answers `help` of what there is not with the help of everything, without a word. */
function refuseUnknownHelp(program: Command, [command, about]: readonly string[]): void {
  if (command !== 'help' || about === undefined || about.startsWith('-')) return;
  if (program.commands.some((known) => known.name() === about)) return;
  program.error(`error: there is no command '${about}' to help with`);
}

/** Read and not imported, because the file is outside of what is compiled. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const isKnown = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isKnown ? String(manifest.version) : 'unknown';
}

function isFailedWrite(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write';
}
