import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Files loaded by path: the entry points of the package, the command, and the worker of threads. */
const ENTRIES = [
  'index',
  'wire/index',
  'fleet/index',
  'agent/index',
  'control-plane/index',
  'simulator/node',
  'simulator/many-runs/worker',
  'plan/node',
  'runtime/agent/index',
  'runtime/agent/activation-worker',
  'runtime/rehearse/agent-child',
  'runtime/rehearse/control-plane-child',
  'runtime/control-plane/index',
  'testing/node',
  'visualize/index',
  'cli/main',
];

/** The package for Node, with bundled libraries, so that only xstate comes with it. */
export default defineConfig({
  root: here('.'),
  build: {
    ssr: true,
    outDir: here('dist'),
    // Files are overwritten, so that the package is never missing.
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    rolldownOptions: {
      input: Object.fromEntries(ENTRIES.map((name) => [name, here(`src/${name}.ts`)])),
      // A comment before each module names its source, for a test.
      experimental: { attachDebugInfo: 'simple' },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        // By default, Vite reprints everything without these comments.
        minify: false,
        comments: { legal: true, annotation: false, jsdoc: false },
      },
    },
  },
  ssr: { noExternal: true, external: ['xstate', 'xstate/graph', 'libsql'] },
});
