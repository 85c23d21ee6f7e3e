import {
  fixtureFile,
  isHostPath,
  itfTrace,
  pathMarkdown,
  pathMermaid,
  rolloutVectorLine,
  vitestFile,
  type AnyPath,
  type TestGroup,
} from '../testing/index.ts';
import { jsonText } from './print-json.ts';

export interface PathFormat {
  /** All paths in one text. */
  readonly all: (parts: readonly TestGroup[]) => string;
  /** One file per path; `null` if the format only makes sense for all paths together. */
  readonly each: ((parts: readonly TestGroup[]) => readonly (readonly [name: string, text: string])[]) | null;
}

const pathsOf = (parts: readonly TestGroup[]): readonly AnyPath[] =>
  parts.flatMap(({ paths }): readonly AnyPath[] => paths);

const fileName = (path: AnyPath, index: number, extension: string): string => {
  const [words = ''] = path.name.split(':');
  const slug = words.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `${String(index + 1).padStart(4, '0')}-${slug}.${extension}`;
};

const eachAs =
  (extension: string, text: (path: AnyPath) => string): PathFormat['each'] =>
  (parts) =>
    pathsOf(parts).map((path, index) => [fileName(path, index, extension), text(path)] as const);

/** A Mermaid file has one diagram. Several are written as Markdown, with one code block per diagram. */
const fenced = (path: AnyPath): string => `\`\`\`mermaid\n${pathMermaid(path)}\`\`\`\n`;

function summary(parts: readonly TestGroup[]): string {
  const rows = parts.map((part) => {
    const events = pathsOf([part]).reduce((sum, { steps }) => sum + steps.length, 0);
    return `${part.title}: ${part.paths.length} paths, ${events} events\n`;
  });
  return rows.join('');
}

/** A fixture file for the host machine; reference answers, one path per line, for the rollout machine. */
function fixtures(parts: readonly TestGroup[]): string {
  const paths = pathsOf(parts);
  if (paths.every(isHostPath)) return jsonText(fixtureFile(paths));
  return paths.map((path) => (isHostPath(path) ? '' : rolloutVectorLine(path))).join('');
}

/** By `--format`. */
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
      all: fixtures,
      each: eachAs('json', (path) => (isHostPath(path) ? jsonText(fixtureFile([path])) : rolloutVectorLine(path))),
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
      all: vitestFile,
      each: null,
    },
  ],
]);

export const pathFormatNames: readonly string[] = [...pathFormats.keys()];
