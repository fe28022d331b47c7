import type { Desk } from '../../worker/protocol.js';

/** One of the person's own devices, as the worker tells of it. */
export type OwnDevice = Awaited<ReturnType<Desk['trust']['devices']>>[number];
