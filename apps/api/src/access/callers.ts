import { Injectable } from '@nestjs/common';

import { Clock } from '../platform/clock.js';
import { Refusal } from '../platform/refusal.js';
import { DeviceDirectory } from './deviceDirectory.js';
import { DeviceRefused } from './deviceRefused.js';
import { permissionsOf } from './roles.js';
import type { Caller } from './rules.js';
import type { SessionEntity } from './session.entity.js';
import { Sessions } from './sessions.js';
import { bearerToken, hashToken } from './token.js';

/** How long an answer is believed when nobody says that it has changed. */
const FRESH_MS = 4_000;
const MAX_REMEMBERED = 50_000;

interface Remembered {
  readonly caller: Caller;
  /** On the monotonic clock of this process. */
  readonly until: number;
}

/**
 * Tells who is behind a token. Answers are remembered for a few seconds, and forgotten at once when a device is revoked
 * or a person changes; so most requests ask the database nothing.
 */
@Injectable()
export class Callers {
  readonly #remembered = new Map<string, Remembered>();
  /** Grows with every change, so that an answer from before a change is not remembered after it. */
  #changes = 0;

  constructor(
    private readonly sessions: Sessions,
    private readonly directory: DeviceDirectory,
    private readonly clock: Clock,
  ) {}

  /** @param authorization - `Bearer …`. Throws UNAUTHENTICATED, SESSION_EXPIRED or DEVICE_REVOKED. */
  async resolve(authorization: string | undefined): Promise<Caller> {
    const token = authorization === undefined ? undefined : bearerToken(authorization);
    if (token === undefined) throw new Refusal('UNAUTHENTICATED', 'this needs a session');
    const hash = hashToken(token);
    const caller = this.#recall(hash.toString('base64')) ?? (await this.#load(hash));
    if (caller.sessionExpiresAt <= this.clock.now()) throw new Refusal('SESSION_EXPIRED', 'the session has expired');
    return caller;
  }

  forgetSession(sessionId: string): void {
    this.#forget((caller) => caller.sessionId === sessionId);
  }

  forgetDevices(deviceIds: ReadonlySet<string>): void {
    this.#forget((caller) => deviceIds.has(caller.deviceId));
  }

  forgetPerson(personId: string): void {
    this.#forget((caller) => caller.personId === personId);
  }

  forgetAll(): void {
    this.#forget(() => true);
  }

  #remember(key: string, remembered: Remembered): void {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, remembered);
  }

  #recall(key: string): Caller | undefined {
    const known = this.#remembered.get(key);
    if (!known) return undefined;
    if (known.until > performance.now()) return known.caller;
    this.#remembered.delete(key);
    return undefined;
  }

  async #load(hash: Buffer): Promise<Caller> {
    const until = performance.now() + FRESH_MS;
    const changes = this.#changes;
    const session = await this.sessions.find(hash);
    if (!session) throw await this.#unknown(hash);
    const caller = await this.#describe(session);
    if (changes === this.#changes) this.#remember(hash.toString('base64'), { caller, until });
    return caller;
  }

  async #unknown(hash: Buffer): Promise<Refusal> {
    const holder = await this.sessions.formerHolder(hash);
    if (holder === undefined) return new Refusal('UNAUTHENTICATED', 'this session does not exist');
    return new DeviceRefused('UNAUTHENTICATED', 'this token was replaced', holder);
  }

  async #describe(session: SessionEntity): Promise<Caller> {
    const { id, deviceId, personId, expiresAt } = session;
    const device = await this.directory.device(deviceId);
    if (!device || device.revokedAt) throw new DeviceRefused('DEVICE_REVOKED', 'this device was revoked', deviceId);
    const [roles, clearance] = await Promise.all([this.directory.roles(personId), this.directory.clearance(personId)]);
    const { postId } = device;
    const permissions = permissionsOf(roles);
    return { sessionId: id, deviceId, personId, postId, roles, permissions, clearance, sessionExpiresAt: expiresAt };
  }

  #forget(concerns: (caller: Caller) => boolean): void {
    this.#changes++;
    for (const [key, { caller }] of this.#remembered) {
      if (concerns(caller)) this.#remembered.delete(key);
    }
  }
}
