import { defineConfig } from 'vite';

// The server that `npm run dev` asks for answers; the built page asks the one it came from.
const server = process.env.CLUSTERGRAPH_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // Relative addresses, so that the page works under any path a reverse proxy gives it.
  base: './',
  worker: { format: 'es' },
  build: {
    // Monaco is one big, cacheable chunk: a warning about it tells nobody anything.
    chunkSizeWarningLimit: 8192,
    rolldownOptions: {
      // GraphiQL's "use no memo" speaks to the React compiler, which has already run on it.
      onLog(level, log, handler) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log);
      },
    },
  },
  server: { proxy: { '/graphql': server, '/schema.graphql': server } },
});
