// @ts-check
// Installs the packed package in a new project with a strict layout, like pnpm's, and checks its types and the programs
// of the README with every supported TypeScript, module resolution, and with and without the types of Node. Then runs the
// programs. `npm run check:types-matrix` builds first; arguments choose versions: `-- 5.5 7`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const VERSIONS = ['5.5', '5.9', '6', '7'];
const RESOLUTIONS = [
  { module: 'node16', moduleResolution: 'node16' },
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
];
/** XState's own types need an `AbortSignal`, which comes from Node or from the browser. */
const SURROUNDINGS = [
  { name: 'with @types/node', types: ['node'], lib: ['ES2023'], exclude: [] },
  { name: 'without @types/node', types: [], lib: ['ES2023', 'DOM'], exclude: ['every-server.ts'] },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const chosen = process.argv.slice(2);
const versions = chosen.length === 0 ? VERSIONS : chosen;
const project = mkdtempSync(join(tmpdir(), 'types-matrix-'));
try {
  install();
  const programs = await writePrograms();
  const failures = [...checkAll(), ...runAll(programs)];
  for (const failure of failures) console.log(failure);
  console.log(failures.length === 0 ? 'All passed.' : `${failures.length} failed.`);
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}

function install() {
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run('npm', ['pack', '--ignore-scripts', '--silent', `--pack-destination=${project}`], root);
  const compilers = versions.map((version) => `${compilerOf(version)}@npm:typescript@${version}`);
  const tarball = `./${manifest.name}-${manifest.version}.tgz`;
  const xstate = `xstate@${manifest.peerDependencies.xstate}`;
  const types = `@types/node@${manifest.devDependencies['@types/node']}`;
  run('npm', ['install', '--install-strategy=linked', '--silent', tarball, xstate, types, ...compilers], project);
}

/** @param {string} version */
function compilerOf(version) {
  return `typescript-${version}`;
}

/**
 * Writes the programs of the README, one that imports every entry point, and one that imports those with Node's types.
 *
 * @returns {Promise<readonly import('../test/support/snippets.ts').Snippet[]>}
 */
async function writePrograms() {
  const support = fileURLToPath(new URL('../test/support/snippets.ts', import.meta.url));
  /** @type {{ module: typeof import('../test/support/snippets.ts') }} */
  const { module } = await runnerImport(support);
  const programs = module.snippetsOf('README.md', readFileSync(join(root, 'README.md'), 'utf8'));
  for (const { name, code } of programs) writeFileSync(join(project, `${name}.ts`), `${code}\nexport {};\n`);
  const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));
  const imports = (/** @type {readonly string[]} */ some) =>
    some.map((entry, i) => `export * as entry${i} from '${entry.replace('.', manifest.name)}';\n`).join('');
  const isServer = (/** @type {string} */ entry) => entry.startsWith('./runtime/');
  writeFileSync(join(project, 'every-entry.ts'), imports(entries.filter((entry) => !isServer(entry))));
  writeFileSync(join(project, 'every-server.ts'), imports(entries.filter(isServer)));
  return programs;
}

/** @returns {readonly string[]} what each failed check printed */
function checkAll() {
  return versions.flatMap((version) =>
    RESOLUTIONS.flatMap((resolution) =>
      SURROUNDINGS.flatMap(({ name, types, lib, exclude }) => {
        const title = `TypeScript ${version}, ${resolution.moduleResolution}, ${name}`;
        const options = { ...resolution, types, lib, target: 'ES2022', strict: true, skipLibCheck: false };
        const config = { compilerOptions: { ...options, outDir: 'out', rootDir: '.' }, include: ['*.ts'], exclude };
        writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));
        const compiler = join(project, 'node_modules', compilerOf(version), 'bin', 'tsc');
        const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], {
          cwd: project,
          encoding: 'utf8',
        });
        console.log(`${status === 0 ? 'pass' : 'FAIL'}  ${title}`);
        return status === 0 ? [] : [`\n${title}\n${stdout}`];
      }),
    ),
  );
}

/**
 * @param {readonly import('../test/support/snippets.ts').Snippet[]} programs as last compiled
 * @returns {readonly string[]}
 */
function runAll(programs) {
  mkdirSync(join(project, 'out'), { recursive: true });
  return programs.flatMap(({ name, expected }) => {
    const { stdout, stderr } = spawnSync(process.execPath, [join('out', `${name}.js`)], {
      cwd: project,
      encoding: 'utf8',
    });
    const passed = stderr === '' && stdout.trimEnd() === expected.join('\n');
    console.log(`${passed ? 'pass' : 'FAIL'}  ${name} runs`);
    return passed ? [] : [`\n${name}: expected\n${expected.join('\n')}\ngot\n${stdout}${stderr}`];
  });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  const { status } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
}
