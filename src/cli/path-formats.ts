import {
  fixtureFile,
  itfTrace,
  pathMarkdown,
  pathMermaid,
  vitestFile,
  type SuitePart,
  type TestPath,
} from '../testing/index.ts';
import { jsonText } from './print-json.ts';

/** A way to write paths down. */
export interface PathFormat {
  /** All paths in one text. */
  readonly all: (parts: readonly SuitePart[]) => string;
  /** A file for each path; `null` where only one for all makes sense. */
  readonly each: ((parts: readonly SuitePart[]) => readonly (readonly [name: string, text: string])[]) | null;
}

const pathsOf = (parts: readonly SuitePart[]): readonly TestPath[] => parts.flatMap(({ paths }) => paths);

const titleOf = ({ criterion, side, onHealthFailure }: SuitePart): string =>
  `${criterion} of the ${side} under ${onHealthFailure}`;

const fileName = (path: TestPath, index: number, extension: string): string => {
  const [words = ''] = path.name.split(':');
  const slug = words.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `${String(index + 1).padStart(4, '0')}-${slug}.${extension}`;
};

const eachAs =
  (extension: string, text: (path: TestPath) => string): PathFormat['each'] =>
  (parts) =>
    pathsOf(parts).map((path, index) => [fileName(path, index, extension), text(path)] as const);

/** Mermaid has one diagram a file: several together are Markdown, which shows each where Mermaid is known. */
const fenced = (path: TestPath): string => `\`\`\`mermaid\n${pathMermaid(path)}\`\`\`\n`;

function summary(parts: readonly SuitePart[]): string {
  const rows = parts.map((part) => {
    const events = part.paths.reduce((sum, { steps }) => sum + steps.length, 0);
    return `${titleOf(part)}: ${part.paths.length} paths, ${events} events\n`;
  });
  return rows.join('');
}

/** By the names that `--format` takes. */
export const pathFormats: ReadonlyMap<string, PathFormat> = new Map<string, PathFormat>([
  ['summary', { all: summary, each: null }],
  [
    'names',
    {
      all: (parts) =>
        pathsOf(parts)
          .map(({ name }) => `${name}\n`)
          .join(''),
      each: null,
    },
  ],
  [
    'json',
    {
      all: (parts) => jsonText(fixtureFile(pathsOf(parts))),
      each: eachAs('json', (path) => jsonText(fixtureFile([path]))),
    },
  ],
  [
    'itf',
    {
      all: (parts) =>
        pathsOf(parts)
          .map((path) => `${JSON.stringify(itfTrace(path))}\n`)
          .join(''),
      each: eachAs('itf.json', (path) => jsonText(itfTrace(path))),
    },
  ],
  ['markdown', { all: (parts) => pathsOf(parts).map(pathMarkdown).join('\n'), each: eachAs('md', pathMarkdown) }],
  ['mermaid', { all: (parts) => pathsOf(parts).map(fenced).join('\n'), each: eachAs('mmd', pathMermaid) }],
  [
    'vitest',
    {
      all: (parts) =>
        vitestFile(
          parts.map((part) => ({
            title: titleOf(part),
            policy: { onHealthFailure: part.onHealthFailure },
            paths: part.paths,
          })),
        ),
      each: null,
    },
  ],
]);

export const pathFormatNames: readonly string[] = [...pathFormats.keys()];
