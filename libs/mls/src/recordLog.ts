/** Records that changed: the caller stores `put` and deletes `remove` in one transaction. */
export interface RecordChanges {
  readonly put: Map<string, Uint8Array>;
  readonly remove: string[];
}

/** Collects changes of stored records until they are taken. */
export class RecordLog {
  private written = new Map<string, Uint8Array>();
  private removed = new Set<string>();

  put(key: string, value: Uint8Array): void {
    this.removed.delete(key);
    this.written.set(key, value);
  }

  remove(key: string): void {
    this.written.delete(key);
    this.removed.add(key);
  }

  /** What changed since the last call. */
  take(): RecordChanges {
    const changes = { put: this.written, remove: [...this.removed] };
    this.written = new Map();
    this.removed = new Set();
    return changes;
  }
}
