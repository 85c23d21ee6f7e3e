import { chartNames, diagramFormatNames, writeDiagram } from '../visualize/index.ts';
import type { Problem } from '../text/index.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import type { DefineCommand, Io } from './io.ts';
import { oneOfOption } from './options.ts';
import { refuseOutputs, writeOutput } from './output-file.ts';
import { refuse } from './problem.ts';

interface DiagramFlags {
  readonly chart: string;
  readonly format: string;
  readonly out: string;
}

const EXAMPLES = `
Examples:
  $ nixfleet-statechart diagram > host.svg
  $ nixfleet-statechart diagram --chart rollout --format mermaid
  $ nixfleet-statechart diagram --chart host-both --format scxml --out host.scxml

For a PNG, export it from the page: \`nixfleet-statechart visualize\`.
`;

export const defineDiagram: DefineCommand = (command, io, onDone) => {
  command
    .option('-c, --chart <chart>', chartNames.join(', '), 'host-agent')
    .option('-f, --format <format>', diagramFormatNames.join(', '), 'svg')
    .option('-o, --out <file>', 'output file; - for standard output', '-')
    .addHelpText('after', EXAMPLES + exitCodesHelp('others'))
    .action((flags: DiagramFlags) => onDone(drawDiagram(flags, io)));
};

function drawDiagram(flags: DiagramFlags, io: Io): ExitCode {
  const problems: Problem[] = [];
  const chart = oneOfOption('--chart', flags.chart, chartNames, problems);
  const format = oneOfOption('--format', flags.format, diagramFormatNames, problems);
  refuseOutputs([['--out', flags.out]], problems);
  if (chart === null || format === null || problems.length > 0) return refuse(io, problems);
  const problem = writeOutput(flags.out, writeDiagram(chart, format), io);
  return problem === null ? EXIT.ok : refuse(io, [problem]);
}
