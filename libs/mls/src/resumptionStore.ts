import { wipe } from '#primitives';

import type { Epoch } from './brand.js';
import type { RecordLog } from './recordLog.js';

/** How many past epochs' resumption keys are kept (RFC 9420 section 8.6): they open no message. */
const pastResumptionKeys = 32;

/** resumption_psk of the current and recent epochs, for pre-shared keys that prove membership in them. */
export class ResumptionStore {
  private readonly keys = new Map<bigint, Uint8Array>();

  constructor(private readonly records: RecordLog) {}

  static restore(stored: ReadonlyMap<string, Uint8Array>, records: RecordLog): ResumptionStore {
    const store = new ResumptionStore(records);
    for (const [key, value] of stored) {
      const epoch = /^resumption\/(\d+)$/.exec(key)?.[1];
      if (epoch !== undefined) store.keys.set(BigInt(epoch), value.slice());
    }
    return store;
  }

  enter(epoch: Epoch, key: Uint8Array): void {
    this.keys.set(epoch, key.slice());
    this.records.put(recordKey(epoch), key.slice());
    for (const past of [...this.keys.keys()]) if (past + BigInt(pastResumptionKeys) < epoch) this.forget(past);
  }

  find(epoch: bigint): Uint8Array | undefined {
    return this.keys.get(epoch);
  }

  forgetAll(): void {
    for (const epoch of [...this.keys.keys()]) this.forget(epoch);
  }

  private forget(epoch: bigint): void {
    const key = this.keys.get(epoch);
    if (key !== undefined) wipe(key);
    this.keys.delete(epoch);
    this.records.remove(recordKey(epoch));
  }
}

const recordKey = (epoch: bigint): string => `resumption/${String(epoch)}`;
