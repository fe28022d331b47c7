import {
  LogCheckpointDocument,
  PublishStatementsDocument,
  RenewServerKeyDocument,
  ServerKeysDocument,
} from '#contracts';
import type { ServerKeysQuery } from '#contracts';
import { fromBase64, toBase64, toHex } from '#primitives';
import { SERVER_KEY_PURPOSES } from '#transparency';
import type { ReleaseRecord, ServerKeyPurpose, StatementBody } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { bytesOf, numberOf, textOf } from '../ports/store.js';
import { signStatement } from '../statements.js';
import type { LogAlarm } from './alarms.js';
import { cosignersOf } from './cosigners.js';
import { logEntries, proveConsistency, proveInclusion } from './entries.js';
import type { LogEntryView, LogProof, LogQuery } from './entries.js';
import { encodeExport } from './export.js';
import { objectionToCheckpoint } from './judgement.js';
import type { LogView, ReleaseView, ServerKeyView } from './types.js';

/** Attempts to get checkpoint and statements of one size, while others go on adding to them. */
const MAX_ATTEMPTS = 5;

/** The transparency log as this device has verified it, and the keys with which the server signs. */
export class TransparencyLog {
  constructor(private readonly core: Core) {}

  /** What the vault holds; asks the server nothing. */
  async show(): Promise<LogView> {
    const { directory, store, timer } = this.core;
    const row = await store.read((sql) => sql.get('SELECT size, note, cosigned FROM log_checkpoint'));
    const { size, root } = directory.held ?? { size: 0, root: new Uint8Array() };
    return {
      origin: directory.origin,
      size,
      root: toHex(root),
      checkpoint: row ? textOf(row, 'note') : undefined,
      checkpointSize: row ? numberOf(row, 'size') : 0,
      cosigned: row ? numberOf(row, 'cosigned') : 0,
      isSigned: directory.current.serverKeys('log', timer.now()).length > 0,
      release: releaseOf(directory.current.release),
      alarms: await directory.alarms.list(),
    };
  }

  /** The statements that this device holds, newest first, in parts for people. Reads the vault only. */
  entries(query: LogQuery = {}): Promise<LogEntryView[]> {
    return logEntries(this.core, query);
  }

  /** Has the server prove that a statement is in the log that this device holds. @throws ChanceryError LOG_FORKED, NOT_FOUND */
  proveInclusion(seq: number): Promise<LogProof> {
    return proveInclusion(this.core, seq);
  }

  /** Has the server prove that the log goes on from the signed checkpoint that this device keeps. @throws ChanceryError LOG_FORKED, NOT_FOUND */
  proveConsistency(): Promise<LogProof> {
    return proveConsistency(this.core);
  }

  /** Every alarm that there ever was on this device, with its evidence. */
  alarms(): Promise<readonly LogAlarm[]> {
    return this.core.directory.alarms.list();
  }

  /** Ends an alarm after a person has looked into it. The evidence stays. @throws ChanceryError NOT_FOUND */
  dismiss(alarm: number): Promise<void> {
    return this.core.directory.alarms.dismiss(alarm);
  }

  /** The whole log with the newest cosigned checkpoint, as text for `verifyExport`. @throws ChanceryError an alarm's code … */
  async export(): Promise<string> {
    const { session, directory, store, timer } = this.core;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await directory.catchUp(session);
      directory.alarms.requireNone();
      const note = (await session.execute(LogCheckpointDocument, {})).logCheckpoint?.note;
      const { current, held: tree } = directory;
      if (note === undefined || !tree) break;
      if (objectionToCheckpoint({ note, tree, directory: current, now: timer.now() })) continue; // it has grown since
      const rows = await store.read((sql) =>
        sql.all('SELECT payload FROM statement WHERE seq <= ? ORDER BY seq', [tree.size]),
      );
      return encodeExport(
        note,
        rows.map((row) => bytesOf(row, 'payload')),
      );
    }
    throw new ChanceryError('CONFLICT', 'The directory grows faster than it can be exported.');
  }

  /** Who has cosigned the newest checkpoint, as the server shows it; cosignatures that do not verify are left out. */
  async cosigners(): Promise<ReturnType<typeof cosignersOf>> {
    const { logCheckpoint } = await this.core.session.execute(LogCheckpointDocument, {});
    const { current } = this.core.directory;
    return logCheckpoint ? cosignersOf(logCheckpoint.note, current, this.core.timer.now()) : [];
  }

  /** The server's keys, and what the verified directory says of them. */
  async serverKeys(): Promise<ServerKeyView[]> {
    await this.core.directory.catchUp(this.core.session);
    const { serverKeys } = await this.core.session.execute(ServerKeysDocument, {});
    return serverKeys.map((key) => this.viewOf(key));
  }

  /**
   * Names the server's keys in statements, for each purpose of which it holds no key that the directory names: after the move
   * from a version without them, or when the key file was lost. The officer takes the server's word for them, as at the founding.
   * @throws ChanceryError STATEMENT_INVALID without an appointment that may appoint …
   */
  async adoptServerKeys(): Promise<ServerKeyView[]> {
    const held = await this.serverKeys();
    const missing = SERVER_KEY_PURPOSES.filter(
      (purpose) => !held.some((key) => key.purpose === purpose && key.state === 'current'),
    );
    const adopted = missing.flatMap((purpose) => {
      const first = held.find((key) => key.purpose === purpose && key.state === 'pending');
      return first ? [first] : [];
    });
    await this.state(adopted);
    return adopted;
  }

  /** Has the server make a new key and names it: the one before stays valid for seven days. @throws ChanceryError FORBIDDEN … */
  async rotateServerKey(purpose: ServerKeyPurpose): Promise<ServerKeyView> {
    const wanted = purpose === 'log' ? 'LOG' : 'DELIVERY';
    const { renewServerKey } = await this.core.session.execute(RenewServerKeyDocument, { purpose: wanted });
    const key = this.viewOf(renewServerKey);
    if (key.state !== 'pending') {
      throw new ChanceryError('STATEMENT_INVALID', 'The server offers a key that was in use before.');
    }
    await this.state([key]);
    return key;
  }

  /**
   * States that the ministry's servers serve this release of the browser client from now on; `hash` is the SHA-256 of its manifest. The same
   * release is stated once. @throws ChanceryError STATEMENT_INVALID without an appointment that may appoint …
   */
  async publishRelease(hash: Uint8Array): Promise<ReleaseView> {
    const { session, profile, deviceKey, timer, directory } = this.core;
    await directory.catchUp(session);
    const known = releaseOf(directory.current.release);
    if (known?.hash === toHex(hash)) return known;
    const body: StatementBody = { type: 'release', at: timer.now().getTime(), hash };
    const statement = toBase64(signStatement(body, { kind: 'device', id: profile.deviceId }, deviceKey));
    await session.execute(PublishStatementsDocument, { statements: [statement] });
    await directory.catchUp(session);
    const stated = releaseOf(directory.current.release);
    if (stated?.hash !== toHex(hash)) throw new ChanceryError('CONFLICT', 'Another release was stated meanwhile.');
    return stated;
  }

  private async state(keys: readonly ServerKeyView[]): Promise<void> {
    const { session, profile, deviceKey, timer, directory } = this.core;
    if (keys.length === 0) return;
    const at = timer.now().getTime();
    const statements = keys.map(({ purpose, key }) => {
      const body: StatementBody = { type: 'serverKey', at, purpose, key: fromBase64(key) };
      return toBase64(signStatement(body, { kind: 'device', id: profile.deviceId }, deviceKey));
    });
    await session.execute(PublishStatementsDocument, { statements });
    await directory.catchUp(session);
  }

  private viewOf({ purpose: wire, key }: ServerKeysQuery['serverKeys'][number]): ServerKeyView {
    const { directory, timer } = this.core;
    const purpose = wire === 'LOG' ? 'log' : 'delivery';
    const stated = directory.current.serverKeys(purpose, timer.now()).map(toBase64);
    if (stated[0] === key) return { purpose, key, state: 'current' };
    if (stated.includes(key)) return { purpose, key, state: 'overlap' };
    return { purpose, key, state: directory.current.isKeyTaken(fromBase64(key)) ? 'ended' : 'pending' };
  }
}

function releaseOf(record: ReleaseRecord | undefined): ReleaseView | undefined {
  return record && { hash: toHex(record.hash), at: new Date(record.at).toISOString(), seq: record.seq };
}
