import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync, Visitor, type Comment } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

import { filesBelow, readText, repositoryFiles, repositoryRoot } from '../support/repository.ts';

const MAX_SOURCE_LINES = 400;

/** Other files, such as pictures, are not searched: they may contain any bytes. */
const textFiles = repositoryFiles().filter((path) => !/\.(png|jpe?g|gif|ico|woff2?|gz|wasm)$/.test(path));

/** `path:line: text` for every line that matches. */
function linesMatching(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    readText(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 160)}`] : [])),
  );
}

describe('the files of the repository', () => {
  test('name no folder of a particular machine', () => {
    // The character before a path is not part of a name, so a folder of that name inside the project is allowed.
    const folders = ['work', 'tmp', 'root', 'home/[a-z]+', 'Users/[A-Za-z]+'].join('|');
    expect(linesMatching(textFiles, new RegExp(`(^|[\\s'"\`(=:])/(${folders})/`))).toEqual([]);
  });

  test('that the documents name exist', () => {
    const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...filesBelow('docs', /\.md$/)];
    const missing = documents.flatMap((document) =>
      // Without those of examples in a diff, and those with a placeholder.
      [
        ...readText(document)
          .replaceAll(/^```diff$[^]*?^```$/gm, '')
          .matchAll(/`((?:src|test|scripts|examples)\/[\w./-]+)`/g),
      ]
        .map(([, path = '']) => path)
        .filter((path) => !/[A-Z]{4}/.test(path) && !existsSync(join(repositoryRoot, path)))
        .map((path) => `${document}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test('name no server of a package registry', () => {
    // One letter of each is in brackets, so that this line does not match itself.
    expect(linesMatching(textFiles, /registry\.npm[j]s|npm[m]irror|deb\.deb[i]an|registry\.yarn[p]kg/)).toEqual([]);
  });

  test('lock packages by name and hash, independent of their source', () => {
    const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
    const fetched = Object.entries(lock.packages).filter(([, { resolved }]) => /^https?:/.test(resolved ?? ''));
    expect(fetched.map(([name]) => name)).toEqual([]);
  });

  test('include no build output', () => {
    expect(repositoryFiles().filter((path) => /^(dist|coverage|node_modules|reports)\//.test(path))).toEqual([]);
  });
});

/**
 * Tests that do not belong to a single file of `src`, by subject. Every other test has the path of the file or folder
 * that it tests.
 */
const OF_A_WHOLE_MODULE = {
  'properties of any input or history': [
    'agent/any-input',
    'agent/faulty-world',
    'control-plane/event-log',
    'machine/random-walks',
    'simulator/random-faults',
  ],
  'a rule that several files keep together': [
    'control-plane/membership',
    'runtime/control-plane/retention',
    'runtime/control-plane/security',
  ],
  'a second implementation, or files from outside': [
    'control-plane/planner-oracle',
    'fleet/built-fleets',
    'machine/odd-values',
    'machine/vectors',
    'runtime/agent/own-port-example',
    'simulator/examples',
    'simulator/findings',
    'testing/conformance/adapters',
    'testing/ports/ports',
    'wire/odd-values',
    'wire/vectors',
  ],
  'hostile, broken or cheating input': [
    'cli/conform-cheats',
    'fleet/hostile-input',
    'simulator/scenario-file/all-at-once',
    'simulator/scenario-file/hostile-files',
    'testing/mutated-peers',
    'wire/hostile',
  ],
  'what the judges notice, and what they once noticed wrongly': [
    'simulator/healed',
    'simulator/judges',
    'simulator/planted-bugs/planted-bugs',
    'simulator/planted-bugs/rule-bugs',
    'runtime/rehearse/kills',
  ],
};

describe('the documents', () => {
  const documents = repositoryFiles().filter((path) => /^([A-Z]+|docs\/.+)\.md$/.test(path));

  test('name files that exist', () => {
    const named = documents.flatMap((path) => {
      const text = readText(path);
      const quoted = text.matchAll(/`((?:src|test|scripts|examples|docs|schema|bench)\/[\w./-]+)`/g);
      // In a diff, a new file is followed by a word that says what it is.
      const changed = text.matchAll(/^\+\+\+ (\S+)$/gm);
      const linked = text.matchAll(/\]\((?!https?:|#)([^)#]+)/g);
      return [
        ...quoted,
        ...changed,
        ...[...linked].map(([, link = '']) => [link, posix.join(posix.dirname(path), link)]),
      ].map(([, file = '']) => ({ path, file }));
    });
    expect(named.length).toBeGreaterThan(100);
    // NAME and MODULE are placeholders.
    const missing = named.filter(({ file }) => !/NAME|MODULE/.test(file) && !existsSync(join(repositoryRoot, file)));
    expect(missing).toEqual([]);
  });
});

describe('the tests', () => {
  const tests = filesBelow('test', /\.(test|test-d)\.tsx?$/);

  test('have the path of the file they test, or are listed', () => {
    const ofModules =
      /^test\/(?!browser|docs|hygiene|model-based|mutation|other-browsers|traceability|types)(.+)\.test\.tsx?$/;
    const names = tests.flatMap((path) => ofModules.exec(path)?.[1] ?? []);
    const others = names.filter(
      (name) => !['', '.ts', '.tsx'].some((end) => existsSync(`${repositoryRoot}/src/${name}${end}`)),
    );
    expect(others.toSorted()).toEqual(Object.values(OF_A_WHOLE_MODULE).flat().toSorted());
  });

  test('are all run', () => {
    // `skipIf(condition)` and `runIf(condition)` are allowed, because their condition says why a test is skipped.
    const leftOut = /\b(test|it|describe|suite|bench)(\.\w+)*\.(only|skip|todo|fails)\b|\b(fit|xit|xdescribe|xtest)\(/;
    expect(linesMatching(tests, leftOut)).toEqual([]);
  });
});

describe('the sources', () => {
  const sources = filesBelow('src', /\.tsx?$/);

  test(`have at most ${MAX_SOURCE_LINES} lines a file`, () => {
    const long = sources.filter((path) => readText(path).split('\n').length - 1 > MAX_SOURCE_LINES);
    expect(long).toEqual([]);
  });

  test('are named in lower case with hyphens', () => {
    const names = sources.map((path) => path.slice(path.lastIndexOf('/') + 1));
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?\.tsx?$/.test(name))).toEqual([]);
  });

  test('explain every type assertion in a comment', () => {
    expect(sources.flatMap((path) => unexplainedAssertions(path, readText(path)))).toEqual([]);
  });

  test('declare an exported name once, and keep short files with one importer rare', () => {
    const printed = execFileSync(process.execPath, ['scripts/structure.mjs', '--json'], { cwd: repositoryRoot });
    const { repeated, single } = JSON.parse(printed.toString()) as Record<'repeated' | 'single', readonly string[]>;
    // The judges define these again, because they share nothing with the cores that they judge.
    expect(repeated.toSorted()).toEqual(['isAtEnd', 'isDispatching', 'isInFlight', 'isOrderingEligible']);
    expect(single.length).toBeLessThanOrEqual(25);
  });

  test('have no notes on unfinished work', () => {
    expect(linesMatching(sources, /\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });
});

/**
 * `x as T` in a source without a comment on its line or shortly before it. `as const` and `as unknown` promise nothing,
 * and `{} as T` is how XState is given a type.
 */
function unexplainedAssertions(path: string, text: string): readonly string[] {
  const { program, comments } = parseSync(path, text);
  const explained = new Set(comments.flatMap((comment) => linesExplainedBy(text, comment)));
  const found: string[] = [];
  new Visitor({
    TSAsExpression({ expression, typeAnnotation, end }) {
      const written = text.slice(expression.start, typeAnnotation.end);
      const isSafe = /\bas (const|unknown)$|^\{\} as /.test(written);
      const line = lineAt(text, end);
      if (!isSafe && !explained.has(line)) found.push(`${path}:${line}: ${text.split('\n')[line - 1]?.trim()}`);
    },
  }).visit(program);
  return found;
}

/** One comment may cover several consecutive assertions. */
const LINES_EXPLAINED = 6;

function linesExplainedBy(text: string, { end }: Comment): readonly number[] {
  return Array.from({ length: LINES_EXPLAINED + 1 }, (_, below) => lineAt(text, end) + below);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

describe('the check of type assertions itself', () => {
  test('requires a comment', () => {
    expect(unexplainedAssertions('a.ts', 'const a = b as string;')).toHaveLength(1);
    expect(unexplainedAssertions('a.ts', '// The reader has checked it.\nconst a = b as string;')).toEqual([]);
    expect(unexplainedAssertions('a.ts', 'const a = [1] as const;')).toEqual([]);
    expect(unexplainedAssertions('a.ts', 'const a = JSON.parse(b) as unknown;')).toEqual([]);
    expect(unexplainedAssertions('a.ts', 'const a = { types: {} as B };')).toEqual([]);
  });
});
