import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The page holds nothing of Node: an import of one of its modules is a mistake, told by name. */
const nothingOfNode: Plugin = {
  name: 'nothing-of-node',
  enforce: 'pre',
  resolveId(source, importer) {
    if (isBuiltin(source) && importer?.includes('/src/') === true) throw new Error(`${importer} imports ${source}, which no browser has.`);
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('src/web', import.meta.url)),
  plugins: [nothingOfNode, react()],
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // Inlined files would need `data:` in the policy, and modulepreload's helper is not needed by any current browser.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  worker: { format: 'es' },
  // `npm run dev`: the page with hot reloading, on a server that is already running.
  server: { port: 4181, proxy: { '/api': { target: 'http://127.0.0.1:4180', changeOrigin: true, headers: { origin: 'http://127.0.0.1:4180' } } } },
});
