import { fileURLToPath } from 'node:url';
import type { Problem } from '../text/index.ts';
import { pageWithFile, pageWithStream, readOpenable } from '../visualize/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { readFile, readInput } from './input-file.ts';
import type { Io } from './io.ts';
import { wholeNumberOption } from './options.ts';
import { DEFAULT_OPERATOR_URL } from './operator-client.ts';
import { refuseOutputs, refuseToOverwrite, writeOutput } from './output-file.ts';
import { servePage } from './page-server.ts';
import { refuse } from './problem.ts';
import { isNamedAsScenario } from './scenario-input.ts';

/** The options of `visualize` as typed. */
export interface VisualizeFlags {
  readonly out?: string;
  readonly port?: string;
  readonly open: boolean;
}

const MAX_PORT = 65_535;
const PAGE = new URL('../visualize/page/index.html', import.meta.url);
const OPENABLE =
  'Give a fleet file, a run file (`simulate FLEET --record FILE` writes one), an event log, a fixture file or a coverage report.';

/** Writes the page, or serves it until the command is stopped. If a file is given, the page shows it. */
export async function visualize(file: string | undefined, flags: VisualizeFlags, io: Io): Promise<ExitCode> {
  const problems: Problem[] = [];
  const port = wholeNumberOption('--port', flags.port, { min: 0, max: MAX_PORT, example: 8080 }, problems) ?? 0;
  if (flags.port !== undefined && flags.out !== undefined) {
    const message = 'a page written to a file is not served';
    problems.push({ path: '--port, --out', message, remedy: 'Leave out --port, or --out.' });
  }
  refuseOutputs([['--out', flags.out]], problems);
  if (file !== undefined && /^https?:\/\//.test(file)) return showLive(file, port, flags, problems, io);
  if (file !== undefined) refuseToOverwrite([file], [['--out', flags.out]], problems);
  const content = file === undefined ? null : await readContent(file, problems, io);
  if (problems.length > 0) return refuse(io, problems, file);
  const page = pageWith(content);
  if (!page.ok) return refuse(io, [page.problem]);
  if (flags.out === undefined) return servePage(page.text, { port, open: flags.open, stream: null }, io);
  const problem = writeOutput(flags.out, page.text, io);
  return problem === null ? EXIT.ok : refuse(io, [problem]);
}

const STREAM_PATH = '/v1/operator/stream';

/** @param address of a control plane, or of its stream */
async function showLive(
  address: string,
  port: number,
  flags: VisualizeFlags,
  problems: Problem[],
  io: Io,
): Promise<ExitCode> {
  if (flags.out !== undefined) {
    const message = 'a live run can only be served';
    problems.push({ path: '--out', message, remedy: 'Leave it out.' });
  }
  if (!URL.canParse(address)) {
    const message = 'this is not a valid address';
    problems.push({ path: address, message, remedy: `Give one such as ${DEFAULT_OPERATOR_URL}.` });
  }
  if (problems.length > 0) return refuse(io, problems);
  const stream = new URL(address);
  if (stream.pathname === '/') stream.pathname = STREAM_PATH;
  const page = pageWith(null);
  if (!page.ok) return refuse(io, [page.problem]);
  return servePage(pageWithStream(page.text, '/stream'), { port, open: flags.open, stream }, io);
}

type Page = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

/** The built page; `content` is the text of the file that it opens with, or `null`. */
export function pageWith(content: string | null): Page {
  const page = readFile(fileURLToPath(PAGE));
  if (!page.ok) {
    const problem = { path: 'the page', message: 'it has not been built', remedy: 'Run `npm run build` first.' };
    return { ok: false, problem };
  }
  return { ok: true, text: content === null ? page.text : pageWithFile(page.text, content) };
}

async function readContent(file: string, problems: Problem[], io: Io): Promise<string | null> {
  const input = await readInput(
    file,
    io,
    'Give a fleet file in it, or a run file, as `simulate FLEET --record FILE` writes it.',
  );
  if (!input.ok) {
    problems.push(input.problem);
    return null;
  }
  const opened = readOpenable(input.text);
  if (opened.type !== 'problem') return input.text;
  const isScenario = file !== '-' && (isNamedAsScenario(file) || /^fleet:/m.test(input.text));
  problems.push(
    isScenario
      ? {
          path: file,
          message: 'this is a scenario, which has to be simulated first',
          remedy: `Run \`nixfleet-statechart simulate ${file} --record run.json\` and give run.json, or drop the scenario on the page.`,
        }
      : { path: file, message: opened.message, remedy: OPENABLE },
  );
  return null;
}
