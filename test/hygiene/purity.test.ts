import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSync, Visitor } from 'oxc-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { filesBelow, readText, repositoryRoot } from '../support/repository.ts';
import { modules } from '../support/modules.ts';

const pureModules = modules.filter(({ pure }) => pure);

/** A wrong line for each thing that a core module must not use. Each must be reported separately. */
const bans: Readonly<Record<string, string>> = {
  'Date.now': 'export const a = Date.now();',
  'local time': 'export const a = new Date(0).getHours();',
  performance: 'export const a = performance.now();',
  'Math.random': 'export const a = Math.random();',
  'Math.random by another name': 'const { random } = Math; export const a = random();',
  crypto: 'export const a = crypto.randomUUID();',
  setTimeout: 'setTimeout(() => {}, 1);',
  setInterval: 'setInterval(() => {}, 1);',
  setImmediate: 'setImmediate(() => {});',
  queueMicrotask: 'queueMicrotask(() => {});',
  process: 'export const a = process.env;',
  console: 'console.log(1);',
  fetch: `export const a = fetch('/');`,
  globalThis: 'export const a = globalThis;',
  Intl: 'export const a = new Intl.NumberFormat();',
  localeCompare: `export const a = 'a'.localeCompare('b');`,
  'node:fs': `import { readFileSync } from 'node:fs'; export const a = readFileSync;`,
  fs: `import { readFileSync } from 'fs'; export const a = readFileSync;`,
  'another package': `import { parse } from 'yaml'; export const a = parse;`,
};

/** A file for each ban in each core module, linted in one go with the project's configuration. */
describe('the linter', () => {
  let folder = '';
  let reported = new Set<string>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'planted-'));
    copyFileSync(join(repositoryRoot, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const { name } of pureModules) {
      mkdirSync(join(folder, 'src', name, 'below'), { recursive: true });
      Object.values(bans).forEach((line, ban) => writeFileSync(join(folder, planted(name, ban)), `${line}\n`));
      writeFileSync(
        join(folder, 'src', name, 'fine.ts'),
        `import { a } from './below/ban-0.ts'; export const b = a;\n`,
      );
    }
    const linter = join(repositoryRoot, 'node_modules/oxlint/bin/oxlint');
    const { stdout } = spawnSync(process.execPath, [linter, '-f', 'json', '.'], { cwd: folder, encoding: 'utf8' });
    reported = new Set(forbidden(JSON.parse(stdout)));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(pureModules.map(({ name }) => name))('bans everything impure in %s', (module) => {
    const missed = Object.keys(bans).filter((_name, ban) => !reported.has(planted(module, ban)));
    expect(missed).toEqual([]);
  });

  test.each(pureModules.map(({ name }) => name))('lets %s import its own files', (module) => {
    expect(reported.has(`src/${module}/fine.ts`)).toBe(false);
  });
});

function planted(module: string, ban: number): string {
  return `src/${module}/below/ban-${ban}.ts`;
}

/** The files in which the linter found something restricted, or the console. */
function forbidden(report: { diagnostics: readonly { code: string; filename: string }[] }): readonly string[] {
  return report.diagnostics
    .filter(({ code }) => /no-restricted-|no-console/.test(code))
    .map(({ filename }) => filename.replaceAll('\\', '/').replace(/^\.\//, ''));
}

/** Uses of `Date` that read the clock or the time zone: all except `Date.UTC(…)` and `new Date(time)`. */
function clockReads(path: string, text: string): readonly string[] {
  const allowed = new Set<number>();
  const used: number[] = [];
  new Visitor({
    NewExpression({ callee, arguments: values }) {
      if (values.length > 0) allowed.add(callee.start);
    },
    MemberExpression({ object, property }) {
      if (property.type === 'Identifier' && property.name === 'UTC') allowed.add(object.start);
    },
    Identifier({ name, start }) {
      if (name === 'Date') used.push(start);
    },
  }).visit(parseSync(path, text).program);
  return used
    .filter((start) => !allowed.has(start))
    .map((start) => `${path}:${text.slice(0, start).split('\n').length}`);
}

describe('the calendar', () => {
  const sources = pureModules.flatMap(({ name }) => filesBelow(`src/${name}`, /\.ts$/));

  test('is used in the core, but the clock is not', () => {
    expect(sources.flatMap((path) => clockReads(path, readText(path)))).toEqual([]);
  });

  test.each(['new Date()', 'Date()', 'Date.now()', 'const { now } = Date', 'Reflect.construct(Date, [])'])(
    'check sees %s',
    (text) => expect(clockReads('a.ts', text)).toEqual(['a.ts:1']),
  );

  test.each(['new Date(0).toISOString()', 'Date.UTC(2026, 0, 1)'])('check allows %s', (text) =>
    expect(clockReads('a.ts', text)).toEqual([]),
  );
});

describe('the built core', () => {
  const core = [
    'dist/index.js',
    'dist/wire/index.js',
    'dist/fleet/index.js',
    'dist/agent/index.js',
    'dist/control-plane/index.js',
  ];

  test('is there', () => {
    expect(core.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
  });

  test('completes a rollout without clock, randomness, timers, console and I/O', () => {
    const program = join(repositoryRoot, 'test/support/poisoned-life.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [program, ...core], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ states: ['Pending', 'Activating', 'Soaking', 'Converged'], touched: [] });
  });
});
