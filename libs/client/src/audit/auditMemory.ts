import type { AuditSeen } from '#contracts';
import { equalBytes, fromBase64, toBase64 } from '#primitives';
import { auditHash, decodeAuditEntry, StatementError } from '#transparency';
import type { AuditEntry } from '#transparency';

import type { Store } from '../ports/store.js';
import { loadSetting, saveSetting } from '../profile.js';
import type { Problem } from '../types.js';
import type { AuditPlace } from './types.js';

const KEY = 'auditMemory';
/** Lost places that are kept as evidence, newest last. */
const MAX_LOST = 20;

interface Kept {
  readonly seen?: AuditPlace;
  readonly lost: readonly AuditPlace[];
}

/** What people are told of it. */
export const lossOf = ({ entry }: AuditPlace): Problem => ({
  code: 'AUDIT_BROKEN',
  message: `The server's audit trail no longer holds entry ${String(entry)} as this device has seen it.`,
});

/** An entry as the server gives it. */
interface GivenEntry {
  readonly seq: number;
  /** base64. */
  readonly payload: string;
}

/** What a device has signed, and for what. */
interface Done {
  readonly kind: 'act' | 'login';
  readonly input: Uint8Array;
  readonly signature: Uint8Array;
  /** What the device had seen then. */
  readonly seen: AuditSeen | undefined;
}

/**
 * What this device knows of the server's audit trail: the entry of its own newest login or act. It signs that with everything
 * it does next, so that the end of the trail can't be cut off, nor anything before it be changed, without this device or
 * whoever reads what it signed later finding out. Kept in the vault.
 */
export class AuditMemory {
  constructor(
    private readonly store: Store,
    private readonly deviceId: string,
    /** Told each time that the server turns out to have lost what this device did. */
    private readonly onLoss: (lost: AuditPlace) => void,
  ) {}

  /** The newest own entry, as it is signed. */
  async seen(): Promise<AuditSeen | undefined> {
    const seen = await this.newest();
    return seen && { entry: seen.entry, hash: fromBase64(seen.hash) };
  }

  /** The newest own entry. */
  async newest(): Promise<AuditPlace | undefined> {
    return (await this.load()).seen;
  }

  /** Every place that this device stands for, also those that were lost. */
  async known(): Promise<readonly AuditPlace[]> {
    const { seen, lost } = await this.load();
    return [...lost, ...(seen ? [seen] : [])];
  }

  /** Places of entries, with their hashes (base64), that this device has seen and that the server's trail no longer has. */
  async lost(): Promise<readonly AuditPlace[]> {
    return (await this.load()).lost;
  }

  /** The person has read what was lost, and told those who have to know. */
  async dismiss(): Promise<void> {
    const { seen } = await this.load();
    await this.save({ ...(seen && { seen }), lost: [] });
  }

  /** Keeps the entry of what this device has just done, once it is sure that it is that one, behind what was seen before. */
  async entered(given: GivenEntry | null | undefined, done: Done): Promise<void> {
    const payload = given ? fromBase64(given.payload) : new Uint8Array();
    const entry = given ? this.read(payload, done) : undefined;
    const now = entry && { entry: entry.seq, hash: toBase64(auditHash(payload)) };
    if (!now || now.entry <= (done.seen?.entry ?? 0)) return this.contradicted(done.seen, now);
    const kept = await this.load();
    // of two that were under way at once the later entry counts, whichever answer comes first
    if (now.entry > (kept.seen?.entry ?? 0)) await this.save({ ...kept, seen: now });
  }

  /**
   * The server's trail has not, or no longer, what this device has seen: it is kept as evidence, and not signed again.
   * @param now - what the server has instead, from where this device goes on
   */
  async contradicted(refused: AuditSeen | undefined, now?: AuditPlace): Promise<void> {
    const { seen, lost } = await this.load();
    if (!seen || seen.entry !== refused?.entry) return;
    await this.save({ ...(now && { seen: now }), lost: [...lost, seen].slice(-MAX_LOST) });
    this.onLoss(seen);
  }

  private read(payload: Uint8Array, { kind, input, signature }: Done): AuditEntry | undefined {
    try {
      const entry = decodeAuditEntry(payload);
      const { signed } = entry;
      const isOwn = entry.device === this.deviceId && entry.kind === kind && entry.outcome === 'DONE';
      const isThis = signed && equalBytes(signed.input, input) && equalBytes(signed.signature, signature);
      return isOwn && isThis ? entry : undefined;
    } catch (error) {
      if (error instanceof StatementError) return undefined;
      throw error;
    }
  }

  private async load(): Promise<Kept> {
    return ((await this.store.read((sql) => loadSetting(sql, KEY))) as Kept | undefined) ?? { lost: [] };
  }

  private save(kept: Kept): Promise<void> {
    return this.store.transaction((sql) => saveSetting(sql, KEY, kept));
  }
}
