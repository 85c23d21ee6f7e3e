import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The web page as one file that needs neither a server nor a network. */
export default defineConfig({
  root: here('src/visualize/web'),
  plugins: [react(), viteSingleFile()],
  worker: { format: 'iife' },
  build: {
    outDir: here('dist/visualize/page'),
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    // The page is overwritten, so that it is never missing.
    emptyOutDir: false,
    target: 'es2022',
    chunkSizeWarningLimit: 4000,
  },
});
