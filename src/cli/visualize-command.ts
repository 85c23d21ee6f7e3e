import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { pageWithFile, readOpenable } from '../visualize/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { refuseToOverwrite, writeOutput } from './output-file.ts';
import { problemText, type Problem } from './problem.ts';
import { readInput } from './read-input.ts';
import { isNamedAsScenario } from './read-scenario-file.ts';

interface VisualizeFlags {
  readonly out?: string;
  readonly port?: string;
  readonly open: boolean;
}

const EXAMPLES = `
Examples:
  $ nixfleet-statechart visualize
  $ nixfleet-statechart visualize run.json --out run.html
  $ nixfleet-statechart simulate fleet.resolved.json --record run.json; nixfleet-statechart visualize run.json
  $ nixfleet-statechart paths --format json --out paths.json; nixfleet-statechart visualize paths.json

FILE is a run file, an event log, a fixture file, or a coverage report.
`;

const MAX_PORT = 65_535;
const PAGE = new URL('../visualize/page/index.html', import.meta.url);

export function addVisualizeCommand(program: Command, onDone: (exitCode: ExitCode) => void): void {
  program
    .command('visualize')
    .description('Look at the charts and at runs in a browser')
    .argument('[file]', 'what to open at once')
    .option('-o, --out <file>', 'write the page as one file instead of serving it, - for standard output')
    .option('-p, --port <number>', 'where to serve it on this machine (default: any free port, as for 0)')
    .option('--no-open', 'do not start a browser')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: VisualizeFlags) => onDone(await visualize(file, flags)));
}

async function visualize(file: string | undefined, flags: VisualizeFlags): Promise<ExitCode> {
  const problems: Problem[] = [];
  const port = readPort(flags, problems);
  if (flags.port !== undefined && flags.out !== undefined) {
    const remedy = 'Leave out --port, or --out.';
    problems.push({ path: '--port, --out', message: 'a page that is written to a file is not served', remedy });
  }
  if (file !== undefined) refuseToOverwrite([file], [['--out', flags.out]], problems);
  const page = pageFor(file, problems);
  if (page !== null && problems.length === 0) {
    const problem = flags.out === undefined ? await serve(page, port, flags.open) : writeOutput(flags.out, page);
    if (problem === null) return EXIT.ok;
    problems.push(problem);
  }
  process.stderr.write(problemText(file ?? 'This command', problems));
  return EXIT.badInput;
}

/** 0 for any free port. */
function readPort({ port = '0' }: VisualizeFlags, problems: Problem[]): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (!(number <= MAX_PORT)) {
    const message = `expected a number from 0 to ${MAX_PORT}`;
    problems.push({ path: `--port ${port}`, message, remedy: 'Leave it out for any free port.' });
  }
  return number;
}

/** The page, with the file in it if one was given and can be opened. */
function pageFor(file: string | undefined, problems: Problem[]): string | null {
  const page = readInput(fileURLToPath(PAGE));
  if (!page.ok) {
    problems.push({ path: 'the page', message: 'it has not been built', remedy: 'Run `npm run build` first.' });
    return null;
  }
  if (file === undefined) return page.text;
  const input = readInput(file, 'Give a run file in it, as `simulate FLEET --record FILE` writes it.');
  if (!input.ok) {
    problems.push(input.problem);
    return null;
  }
  const opened = readOpenable(input.text);
  if (opened.type === 'problem' && file !== '-' && (isNamedAsScenario(file) || /^fleet:/m.test(input.text))) {
    problems.push({
      path: file,
      message: 'this is a scenario, which has to be run before there is anything to look at',
      remedy: `Run \`nixfleet-statechart simulate ${file} --record run.json\` and give run.json; or drop the scenario on the page, which runs it.`,
    });
    return null;
  }
  if (opened.type === 'problem') {
    problems.push({
      path: file,
      message: opened.message,
      remedy:
        'Give a run file (simulate FLEET --record FILE writes one), an event log, a fixture file or a coverage report.',
    });
    return null;
  }
  return pageWithFile(page.text, input.text);
}

/** Serves the page to this machine alone, until the command is stopped. */
function serve(page: string, port: number, open: boolean): Promise<Problem | null> {
  const server = createServer((request, response) => {
    const isPage = request.method === 'GET' && new URL(request.url ?? '/', 'http://localhost').pathname === '/';
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(isPage ? page : 'There is only one page, at /.');
  });
  return new Promise((resolve) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      resolve({
        path: `--port ${port}`,
        message: `the port cannot be used (${error.code ?? error.message})`,
        remedy: 'Give another, or leave it out.',
      });
    });
    server.listen(port, '127.0.0.1', () => {
      // A server that listens on a port has an address with one.
      const { port: own } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${own}/`;
      process.stdout.write(`${url}\nPress Ctrl-C to stop.\n`);
      if (open) startBrowser(url);
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        server.close(() => resolve(null));
        server.closeAllConnections();
      });
    }
  });
}

/** As well as the system can; the address was printed for whoever has no browser here. */
function startBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const browser = spawn(command ?? '', args, { stdio: 'ignore', detached: true });
  browser.on('error', () => {});
  browser.unref();
}
