import type { Command } from 'commander';
import {
  chartNames,
  diagramFormatNames,
  isChartName,
  layoutOf,
  writeDiagram,
  type ChartName,
} from '../visualize/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { checkOutput, writeOutput } from './output-file.ts';
import { pngOfSvg } from './png-of-svg.ts';
import { problemText, type Problem } from './problem.ts';

/** Not a format that the package itself can write: a browser draws it. */
const PNG = 'png';

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
  $ nixfleet-statechart diagram --format png --out host.png
`;

export function addDiagramCommand(program: Command, onDone: (exitCode: ExitCode) => void): void {
  program
    .command('diagram')
    .description('Write a statechart as a picture or in the notation of another tool')
    .option('-c, --chart <chart>', chartNames.join(', '), 'host-agent')
    .option('-f, --format <format>', [...diagramFormatNames, PNG].join(', '), 'svg')
    .option('-o, --out <file>', 'where to write, - for standard output', '-')
    .addHelpText('after', EXAMPLES)
    .action((flags: DiagramFlags) => onDone(writeTo(flags)));
}

function writeTo({ chart, format, out }: DiagramFlags): ExitCode {
  const problems: Problem[] = [];
  const known = diagramFormatNames.find((name) => name === format);
  if (!isChartName(chart)) {
    problems.push({
      path: `--chart ${chart}`,
      message: 'there is no such chart',
      remedy: `Use one of: ${chartNames.join(', ')}.`,
    });
  }
  if (known === undefined && format !== PNG) {
    problems.push({
      path: `--format ${format}`,
      message: 'there is no such format',
      remedy: `Use one of: ${[...diagramFormatNames, PNG].join(', ')}.`,
    });
  }
  if (isChartName(chart) && (known !== undefined || format === PNG)) {
    const problem = known === undefined ? writePng(chart, out) : writeOutput(out, writeDiagram(chart, known));
    if (problem === null) return EXIT.ok;
    problems.push(problem);
  }
  process.stderr.write(problemText('This command', problems));
  return EXIT.badInput;
}

function writePng(chart: ChartName, out: string): Problem | null {
  // A browser takes its time: whether there is a place for its picture is found out before.
  const problem = checkOutput(out);
  if (problem !== null) return problem;
  const drawn = pngOfSvg(writeDiagram(chart, 'svg'), layoutOf(chart));
  return drawn.ok ? writeOutput(out, drawn.png) : drawn.problem;
}
