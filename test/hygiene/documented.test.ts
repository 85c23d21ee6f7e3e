import { posix } from 'node:path';

import { parseSync, type Program } from 'oxc-parser';
import { expect, test } from 'vitest';

import { readText } from '../support/repository.ts';

const manifest = JSON.parse(readText('package.json')) as {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
};
const entries = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === 'string' ? [] : [entry.types.replace('./dist', 'src').replace(/\.d\.ts$/, '.ts')],
);

/** The declarations behind the exports of a file, as `path: name`, and whether each has a doc comment. */
function exportsOf(path: string, only: string | null = null): ReadonlyMap<string, boolean> {
  const text = readText(path);
  const { program, module, comments } = parseSync(path, text);
  const docEnds = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*')).map(({ end }) => end);
  const isDocumented = (start: number): boolean =>
    docEnds.some((end) => end <= start && text.slice(end, start).trim() === '');
  const found = new Map<string, boolean>();
  for (const { entries: exported } of module.staticExports) {
    for (const { moduleRequest, importName, exportName, localName, start } of exported) {
      const name = exportName.name;
      if (moduleRequest !== null) {
        if (only !== null && name !== null && name !== only) continue;
        const from = posix.join(posix.dirname(path), moduleRequest.value);
        // `export *` has no names: either one of the names there is wanted, or all of them.
        const wanted = importName.name ?? only;
        if (moduleRequest.value.startsWith('.')) for (const each of exportsOf(from, wanted)) found.set(...each);
      } else if (name !== null && (only === null || name === only)) {
        found.set(`${path}: ${name}`, isDocumented(declarationStart(program, localName.name ?? name) ?? start));
      }
    }
  }
  return found;
}

/** The start of the statement that declares a name, including `export`. */
function declarationStart({ body }: Program, name: string): number | null {
  for (const statement of body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared === null) continue;
    const names =
      declared.type === 'VariableDeclaration'
        ? declared.declarations.map(({ id }) => (id.type === 'Identifier' ? id.name : ''))
        : 'id' in declared && declared.id?.type === 'Identifier'
          ? [declared.id.name]
          : [];
    if (names.includes(name)) return statement.start;
  }
  return null;
}

test('every export of the package is documented', () => {
  const declared = entries.flatMap((entry) => [...exportsOf(entry)]);
  expect(declared.length).toBeGreaterThan(100);
  const undocumented = declared.filter(([, documented]) => !documented).map(([name]) => name);
  expect([...new Set(undocumented)].sort()).toEqual([]);
});
