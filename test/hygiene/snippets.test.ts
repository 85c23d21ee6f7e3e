import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { filesBelow, readText, repositoryRoot } from '../support/repository.ts';
import { snippetsOf, type Snippet } from '../support/snippets.ts';

const documents = [...filesBelow('docs', /\.md$/), 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const snippets = documents.flatMap((path) => snippetsOf(path, readText(path)));

/**
 * Snippets are compiled inside the repository, so that `nixfleet-statechart` is the built package, and a copied snippet
 * compiles for its reader too.
 */
describe('the code in the documents', () => {
  let folder = '';
  let complaints = '';

  beforeAll(() => {
    mkdirSync(join(repositoryRoot, 'reports'), { recursive: true });
    folder = mkdtempSync(join(repositoryRoot, 'reports', 'snippets-'));
    snippets.forEach((snippet) => writeFileSync(join(folder, `${snippet.name}.ts`), `${snippet.code}\nexport {};\n`));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    if (snippets.length > 0) complaints = compile(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(snippets)('type-checks: $path, line $line', ({ name, path, line }: Snippet) => {
    const own = complaints.split('\n').filter((complaint) => complaint.startsWith(`${name}.ts(`));
    expect(own, `${path}, line ${line}`).toEqual([]);
  });

  test.each(snippets.filter(({ expected }) => expected.length > 0))(
    'prints what it says: $path, line $line',
    ({ name, expected }: Snippet) => {
      const program = join(folder, 'out', `${name}.js`);
      const { stdout, stderr } = spawnSync(process.execPath, [program], { cwd: repositoryRoot, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(stdout.trimEnd().split('\n')).toEqual(expected);
    },
  );

  test('can be compiled', () => {
    const general = complaints.split('\n').filter((complaint) => complaint.startsWith('error '));
    expect(general).toEqual([]);
  });
});

const settings = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    outDir: 'out',
    rootDir: '.',
    noEmit: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    allowImportingTsExtensions: false,
    lib: ['ES2023', 'DOM'],
  },
  include: ['*.ts'],
  exclude: [],
};

function compile(folder: string): string {
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}

describe('reading code from a document', () => {
  const text = ['# Title', '```ts', 'console.log(1); // → 1', '```', '```sh', 'npm test', '```', '```ts', 'a', '```'];

  test('finds ts blocks with their lines and output', () => {
    expect(snippetsOf('docs/a.md', text.join('\n'))).toEqual([
      { name: 'docs-a-3', path: 'docs/a.md', line: 3, code: 'console.log(1); // → 1', expected: ['1'] },
      { name: 'docs-a-9', path: 'docs/a.md', line: 9, code: 'a', expected: [] },
    ]);
  });
});
