import { Injectable } from '@nestjs/common';

import { Clock } from '../platform/clock.js';
import type { AdmittedSocket } from '../platform/graphql/index.js';
import { DeviceDirectory } from './deviceDirectory.js';
import type { Caller } from './rules.js';
import { Sessions } from './sessions.js';

/** 4401: no use in trying again with this session. 4403: connect again, what you may do has changed. */
const SESSION_OVER = 4401;
const CHANGED = 4403;

interface Entry {
  readonly socket: AdmittedSocket;
  readonly sessionId: string;
  readonly deviceId: string;
  readonly personId: string;
}

/** The open sockets of this instance and whose they are. None outlives its session, its device or what its person may do. */
@Injectable()
export class SocketRegistry {
  readonly #entries = new Set<Entry>();

  constructor(
    private readonly sessions: Sessions,
    private readonly directory: DeviceDirectory,
    private readonly clock: Clock,
  ) {}

  add(socket: AdmittedSocket, caller: Caller): void {
    const { sessionId, deviceId, personId } = caller;
    const entry: Entry = { socket, sessionId, deviceId, personId };
    this.#entries.add(entry);
    socket.onClosed(() => this.#entries.delete(entry));
  }

  closeSession(sessionId: string): void {
    this.#close((entry) => entry.sessionId === sessionId, SESSION_OVER, 'UNAUTHENTICATED');
  }

  closeDevices(deviceIds: ReadonlySet<string>): void {
    this.#close((entry) => deviceIds.has(entry.deviceId), SESSION_OVER, 'DEVICE_REVOKED');
  }

  /** The client connects again, and then gets what it may have now. */
  closePerson(personId: string): void {
    this.#close((entry) => entry.personId === personId, CHANGED, 'PERSON_CHANGED');
  }

  /**
   * Closes what is over, whether or not somebody told: asks the database for sessions and revocations. Sessions that
   * were renewed go on.
   */
  async sweep(): Promise<void> {
    if (this.#entries.size === 0) return;
    const entries = [...this.#entries];
    const ends = await this.sessions.endOf([...new Set(entries.map((entry) => entry.sessionId))]);
    const revoked = new Set(await this.directory.revokedAmong([...new Set(entries.map((entry) => entry.deviceId))]));
    for (const entry of entries) this.#check(entry, ends.get(entry.sessionId), revoked);
  }

  #check(entry: Entry, expiresAt: Date | undefined, revoked: ReadonlySet<string>): void {
    if (revoked.has(entry.deviceId)) this.#end(entry, SESSION_OVER, 'DEVICE_REVOKED');
    else if (!expiresAt) this.#end(entry, SESSION_OVER, 'UNAUTHENTICATED');
    else if (expiresAt <= this.clock.now()) this.#end(entry, SESSION_OVER, 'SESSION_EXPIRED');
  }

  #close(concerns: (entry: Entry) => boolean, code: number, reason: string): void {
    for (const entry of this.#entries) {
      if (concerns(entry)) this.#end(entry, code, reason);
    }
  }

  #end(entry: Entry, code: number, reason: string): void {
    this.#entries.delete(entry);
    entry.socket.close(code, reason);
  }
}
