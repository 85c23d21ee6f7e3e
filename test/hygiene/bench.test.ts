import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync, type StaticImport } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { filesBelow, readText, repositoryRoot } from '../support/repository.ts';

const programs = filesBelow('bench', /\.mjs$/);

const load = (specifier: string, from: string): Promise<object> =>
  import(specifier.startsWith('.') ? new URL(specifier, pathToFileURL(join(repositoryRoot, from))).href : specifier);

/** Names that a program imports but the module does not export. */
async function missingNames(from: string, { moduleRequest, entries }: StaticImport): Promise<readonly string[]> {
  const module = await load(moduleRequest.value, from);
  return entries.flatMap(({ importName: { name } }) =>
    name !== null && !(name in module) ? [`${from}: ${name} of ${moduleRequest.value}`] : [],
  );
}

// `npm run bench` takes too long to run here, and was once broken for days without anyone noticing.
describe('the benchmarks', () => {
  test.each(programs)('%s imports only existing names', async (path) => {
    const imports = parseSync(path, readText(path)).module.staticImports;
    // Other programs may start measuring when loaded.
    const measured = imports.filter(({ moduleRequest }) => !/^\.\/(plan|page|runtime)/.test(moduleRequest.value));
    const missing = await Promise.all(measured.map((each) => missingNames(path, each)));
    expect(missing.flat()).toEqual([]);
  });

  test('run at their smallest size', async () => {
    const { benchJudging, benchSimulator } = await import('../../bench/simulator.mjs');
    const { benchStep } = await import('../../bench/step.mjs');
    // Each fails if a run does not end as expected, so that a broken fleet shows.
    expect(benchSimulator({ hosts: 3, lives: 1 }).perSecond).toBeGreaterThan(0);
    expect(benchJudging(3, 1).judged).toBeGreaterThan(0);
    expect(await benchStep({ time: 1, warmupTime: 1, iterations: 1, warmupIterations: 1 })).toHaveLength(3);
  });
});
