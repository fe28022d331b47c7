import { readConfig } from '../../../apps/api/src/config/index.js';
import { startApi } from '../../../apps/api/src/main.js';
import type { RunningApi } from '../../../apps/api/src/main.js';
import { cpuSeconds, memory, serveParent } from '../process.js';

/** The product's server as it is, configured by the environment; limits of rate are lifted there, nothing else. */
let api: RunningApi | undefined;

serveParent({
  start: async () => {
    api = await startApi(readConfig(process.env));
    return api.url;
  },
  memory,
  cpuSeconds,
  stop: () => api?.close(),
});
