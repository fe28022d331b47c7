import { workerAddress } from './trusted.js';

/** This window's worker. It is started before anything else, and loads while the page does. */
export const worker = new Worker(workerAddress, { type: 'module', name: 'chancery' });
