import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The custom elements, as a module that browsers load directly. */
export default defineConfig({
  root: here('src/visualize/web/elements'),
  build: {
    outDir: here('dist/visualize/elements'),
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: here('src/visualize/web/elements/index.ts'), fileName: 'index', formats: ['es'] },
  },
});
