/** A process that reads papers, one after another, for the pool: what goes wrong in it costs one paper. */
import module from 'node:module';

// Keeps stripped and compiled modules between workers. Node 20 has none.
module.enableCompileCache?.();
const { serve } = await import('./serve.ts');
serve();
