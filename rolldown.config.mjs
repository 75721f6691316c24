import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';
import {
  asciiOnly,
  buildHash,
  commanderWithoutProcesses,
  helpText,
  inkWithoutDevtools,
  inkWithoutTables,
  mcpWithoutSignIn,
  openaiWithoutServices,
  sdksWithoutFetch,
  undiciWithOneParser,
  yogaWithoutFetch,
} from './scripts/bundle-plugins.mjs';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

// CommonJS chunks: V8 can keep their code between runs on every Node, and Node 24 loads built-in modules faster for them.
export default defineConfig({
  input: { launch: 'src/cli/launch.ts', start: 'src/cli/start.ts', main: 'src/cli/main.ts' },
  platform: 'node',
  resolve: {
    alias: {
      // Its `main` is a module format that no bundler follows.
      'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
      '@modelcontextprotocol/client/_shims': fileURLToPath(new URL('scripts/bundled-mcp-shims.mjs', import.meta.url)),
      undici$: fileURLToPath(new URL('scripts/bundled-undici.mjs', import.meta.url)),
    },
  },
  output: {
    dir: 'dist',
    format: 'cjs',
    dynamicImportInCjs: false,
    minify: true,
    cleanDir: true,
    // What one answer needs comes in one piece, and so does what the chat adds: fewer files to find, read and restore.
    codeSplitting: {
      groups: [
        // What start.cjs and main.cjs themselves are made of stays apart: they load the others.
        { name: 'make-folder', test: /src\/make-folder\.ts$/, priority: 4 },
        { name: 'run', test: /src\/cli\/run\.ts$/, priority: 3 },
        { name: 'answer', test: /src\/cli\/answer\.ts$/, priority: 2 },
        { name: 'chat', test: /src\/cli\/chat\.ts$/, priority: 1 },
      ],
    },
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  },
  plugins: [
    inkWithoutDevtools(),
    inkWithoutTables(),
    yogaWithoutFetch(),
    openaiWithoutServices(),
    sdksWithoutFetch(),
    undiciWithOneParser(),
    mcpWithoutSignIn(),
    commanderWithoutProcesses(),
    asciiOnly(),
    buildHash(),
    helpText(),
  ],
  transform: { define: { 'process.env.NODE_ENV': '"production"', AGENT_CHAT_VERSION: JSON.stringify(version) } },
});
