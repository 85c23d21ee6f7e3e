import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Files that somebody loads by their path: the entry points of the package, the command, and what a thread runs. */
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

/** The package for Node: its own modules and the libraries they use, so that xstate is all that comes with it. */
export default defineConfig({
  root: here('.'),
  build: {
    ssr: true,
    outDir: here('dist'),
    // Files are written over, so that there is no moment in which the package is missing.
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    rolldownOptions: {
      input: Object.fromEntries(ENTRIES.map((name) => [name, here(`src/${name}.ts`)])),
      // A comment before each module says where it comes from; a test reads it.
      experimental: { attachDebugInfo: 'simple' },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        // Vite's default is to print everything anew, without these comments.
        minify: false,
        comments: { legal: true, annotation: false, jsdoc: false },
      },
    },
  },
  ssr: { noExternal: true, external: ['xstate', 'xstate/graph', 'libsql'] },
});
