import { readConfig } from '../../../apps/api/src/config/index.js';
import { startApi } from '../../../apps/api/src/main.js';
import { serveParent } from '../process.js';
import { peakHandlers } from './peak.js';

/** The server, alone in its process. */
await startApi(readConfig(process.env));
serveParent(peakHandlers);
