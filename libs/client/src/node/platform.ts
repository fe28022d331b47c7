import WebSocket from 'ws';

import { createTransport } from '../network/transport.js';
import type { Platform } from '../ports/platform.js';
import { attachmentFiles } from './attachmentFiles.js';
import { systemTimer } from './timer.js';
import { diskVaults } from './vaults.js';

/** Node: the disk, the machine's clock, HTTP and WebSocket. */
export const node: Platform = {
  vaults: diskVaults,
  timer: systemTimer,
  files: attachmentFiles,
  connect: (server) => createTransport(server, { webSocket: WebSocket }),
};
