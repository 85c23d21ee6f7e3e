import { posix } from 'node:path';

import { parseSync, type EcmaScriptModule } from 'oxc-parser';

import { filesBelow, readText } from './repository.ts';

export interface SourceFile {
  readonly path: string;
  /** Its imports from the project, as paths from the root of the repository. */
  readonly files: readonly string[];
  /** Those that are loaded with it, unlike types. */
  readonly loaded: readonly string[];
  /** Its imports of packages, as written. */
  readonly packages: readonly string[];
}

/** Every source file with its imports: static, re-exported, dynamic and type-only. */
export function sourceFiles(): readonly SourceFile[] {
  return filesBelow('src', /\.tsx?$/).map((path) => readImports(path, readText(path)));
}

/** The imports in a source text. Asset queries (`page.css?inline`) are left off a path. */
export function readImports(path: string, text: string): SourceFile {
  const { module, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message ?? ''}`);
  const called = calledImports(withoutComments(text, comments)).map((specifier) => ({ specifier, isType: false }));
  const imports = [...staticImports(module), ...called];
  const relative = imports.filter(({ specifier }) => specifier.startsWith('.'));
  const files = relative.map(({ specifier, isType }) => ({
    file: posix.join(posix.dirname(path), specifier.replace(/\?.*$/, '')),
    isType,
  }));
  return {
    path,
    files: files.map(({ file }) => file),
    loaded: files.filter(({ isType }) => !isType).map(({ file }) => file),
    packages: imports.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith('.')),
  };
}

interface Import {
  readonly specifier: string;
  readonly isType: boolean;
}

function staticImports({ staticImports: imports, staticExports }: EcmaScriptModule): readonly Import[] {
  const imported = imports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    isType: entries.length > 0 && entries.every(({ isType }) => isType),
  }));
  const exported = staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest === null ? [] : [{ specifier: moduleRequest.value, isType }],
    ),
  );
  return [...imported, ...exported];
}

/** `import('x')` of a value or a type. A computed argument cannot be checked, so it is not allowed. */
function calledImports(text: string): readonly string[] {
  return [...text.matchAll(/\bimport\s*\(\s*(?:(['"])(.*?)\1)?/g)].map((match) => match[2] ?? 'a computed import');
}

function withoutComments(text: string, comments: readonly { readonly start: number; readonly end: number }[]): string {
  return comments.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );
}

/**
 * Import cycles: a shortest one for each file that is not on an earlier one. Once all of these are broken and none is
 * found, there are no cycles.
 */
export function importCycles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const importsOf = new Map(files.map((file) => [file.path, file.loaded]));
  const seen = new Set<string>();
  const cycles: (readonly string[])[] = [];
  for (const { path } of files) {
    const cycle = seen.has(path) ? null : shortestCycle(path, importsOf);
    if (cycle === null) continue;
    if (!cycle.some((member) => seen.has(member))) cycles.push(cycle);
    for (const member of cycle) seen.add(member);
  }
  return cycles;
}

/** Breadth first, so that the cycle found is a shortest one. */
function shortestCycle(start: string, importsOf: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (const path of waiting) {
    for (const imported of importsOf.get(path) ?? []) {
      if (imported === start) return wayTo(path, start, cameFrom);
      if (cameFrom.has(imported)) continue;
      cameFrom.set(imported, path);
      waiting.push(imported);
    }
  }
  return null;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [end];
  for (let path = end; path !== start;) {
    path = cameFrom.get(path) ?? start;
    way.unshift(path);
  }
  return way;
}
