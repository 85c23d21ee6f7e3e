import { exitCodesHelp } from './exit-codes.ts';
import type { DefineCommand } from './io.ts';
import type { VisualizeFlags } from './visualize-page.ts';

const HELP = `
FILE is a fleet.resolved.json, which the page simulates; a run file, an event
log, a fixture file or a coverage report; or the operator address of a control
plane, whose rollouts are shown as they happen.

Examples:
  $ nixfleet-statechart visualize
  $ nixfleet-statechart visualize fleet.resolved.json
  $ nixfleet-statechart visualize run.json --out run.html
  $ nixfleet-statechart visualize http://127.0.0.1:7444
  $ nixfleet-statechart simulate fleet.resolved.json --record run.json; nixfleet-statechart visualize run.json
  $ nixfleet-statechart paths --format json --out paths.json; nixfleet-statechart visualize paths.json
${exitCodesHelp('others')}`;

export const defineVisualize: DefineCommand = (command, io, onDone) => {
  command
    .argument('[file]', 'file to open, or the operator address of a control plane')
    .option('-o, --out <file>', 'write the page as one file instead of serving it; - for standard output')
    .option('-p, --port <number>', 'port to serve it on, on this machine only (default: any free port)')
    .option('--no-open', 'do not start a browser')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, flags: VisualizeFlags) => {
      const { visualize } = await import('./visualize-page.ts');
      onDone(await visualize(file, flags, io));
    });
};
