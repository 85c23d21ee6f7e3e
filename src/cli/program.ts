import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addConformCommand } from './conform-command.ts';
import { addDiagramCommand } from './diagram-command.ts';
import { addPathsCommand } from './paths-command.ts';
import { addPeerCommand } from './peer-command.ts';
import { addSimulateCommand } from './simulate-command.ts';
import { addVisualizeCommand } from './visualize-command.ts';

/** Runs the command line, and returns its exit code. No error of an input ever gets out as a stack trace. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('nixfleet-statechart')
    .description('The life of a NixOS host in a rollout, as one statechart: simulate a fleet with it.')
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
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  }
  return exitCode;
}
