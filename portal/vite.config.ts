import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The API that `npm run dev` talks to: a running `./zhiping up`. */
const API = process.env.ZHIPING_API ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  // HB-08: the last browsers of Windows 7.
  build: {
    target: ['chrome109', 'firefox115'],
    outDir: '../gateway/static',
    emptyOutDir: true,
    modulePreload: { polyfill: false }, // it would be an inline script, which our CSP forbids
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    // A page waits for each of its files in turn: what every page needs is one, what several pages share another.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', tags: ['$initial'], priority: 2 },
            { name: 'shared', minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    // The gateway refuses a foreign Origin; to it this page is its own.
    proxy: { '/api': { target: API, changeOrigin: true, headers: { origin: API } } },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
