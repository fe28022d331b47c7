import { randomBytes, randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository } from 'typeorm';

import { encodeChallenge } from '#contracts';
import type { AuditSeen } from '#contracts';
import { verifySignature } from '#primitives/verify';
import type { AuditSigned } from '#transparency';

import { Clock } from '../platform/clock.js';
import { PublicOrigin } from '../platform/publicOrigin.js';
import { Refusal } from '../platform/refusal.js';
import { AuditTrail } from './audit/index.js';
import type { RecordedEntry } from './audit/index.js';
import { ChallengeEntity } from './challenge.entity.js';
import { DeviceDirectory } from './deviceDirectory.js';
import { DeviceRefused } from './deviceRefused.js';
import { SessionEntity } from './session.entity.js';
import { hashToken, makeToken } from './token.js';

const MINUTE_MS = 60_000;
const CHALLENGE_MS = 2 * MINUTE_MS;
const SESSION_MS = 60 * MINUTE_MS;
/** Sessions that have ended are remembered this long, so that their device is told SESSION_EXPIRED. */
const REMEMBERED_MS = 24 * 60 * MINUTE_MS;
const NONCE_BYTES = 32;
const NOT_MET = 'the challenge was not met';
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
/** A key that verifies nothing, for devices that do not exist: they cost the same time as those that do. */
const NO_KEY = new Uint8Array(32).fill(1);

export interface OpenChallenge {
  readonly id: string;
  readonly nonce: Uint8Array;
  readonly origin: string;
  readonly expiresAt: Date;
}

export interface OpenSession {
  readonly token: string;
  readonly expiresAt: Date;
  /** What the audit trail says of its opening; the device keeps it. */
  readonly entered?: RecordedEntry;
}

/** Opens and ends sessions. A device proves itself by its signature key; the server stores no secret that opens one. */
@Injectable()
export class Sessions {
  constructor(
    @InjectRepository(ChallengeEntity) private readonly challenges: Repository<ChallengeEntity>,
    @InjectRepository(SessionEntity) private readonly sessions: Repository<SessionEntity>,
    private readonly directory: DeviceDirectory,
    private readonly origin: PublicOrigin,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** Also for devices that do not exist, so that nobody learns which do. Throws BAD_INPUT. */
  async challenge(deviceId: string): Promise<OpenChallenge> {
    if (!UUID.test(deviceId))
      throw new Refusal('BAD_INPUT', 'deviceId is not an id of a device', { field: 'deviceId' });
    const challenge = {
      id: randomUUID(),
      deviceId,
      nonce: randomBytes(NONCE_BYTES),
      expiresAt: this.#in(CHALLENGE_MS),
    };
    await this.challenges.insert(challenge);
    return { ...challenge, origin: this.origin.value };
  }

  /** Throws CHALLENGE_INVALID; to the holder of the device's key also DEVICE_REVOKED and AUDIT_BROKEN. */
  async open(challengeId: string, deviceId: string, signature: Uint8Array, seen?: AuditSeen): Promise<OpenSession> {
    const challenge = await this.#take(challengeId, deviceId);
    const device = await this.directory.device(deviceId);
    const toSign = encodeChallenge({
      challengeId,
      nonce: challenge?.nonce ?? new Uint8Array(NONCE_BYTES),
      origin: this.origin.value,
      deviceId,
      expiresAt: (challenge?.expiresAt ?? this.clock.now()).toISOString(),
      seen,
    });
    const verified = verifySignature(device?.signatureKey ?? NO_KEY, toSign, signature);
    if (!device) throw new Refusal('CHALLENGE_INVALID', NOT_MET);
    if (!challenge || !verified) throw new DeviceRefused('CHALLENGE_INVALID', NOT_MET, deviceId);
    if (device.revokedAt) throw new DeviceRefused('DEVICE_REVOKED', 'this device was revoked', deviceId);
    await this.audit.requireSeen(seen);
    await this.directory.seen(deviceId);
    return this.#insert(deviceId, device.personId, { input: toSign, signature });
  }

  /** Gives the session a new token and another hour; the old token is void. */
  async renew(sessionId: string): Promise<OpenSession> {
    const token = makeToken();
    const expiresAt = this.#in(SESSION_MS);
    const { affected } = await this.sessions
      .createQueryBuilder()
      .update()
      .set({ previousHash: () => 'token_hash', tokenHash: hashToken(token), expiresAt })
      .where({ id: sessionId })
      .execute();
    if (affected === 0) throw new Refusal('UNAUTHENTICATED', 'the session has ended');
    return { token, expiresAt };
  }

  async close(sessionId: string): Promise<void> {
    await this.sessions.delete({ id: sessionId });
  }

  /** Expired sessions are found too, for a day. */
  find(tokenHash: Buffer): Promise<SessionEntity | null> {
    return this.sessions.findOneBy({ tokenHash });
  }

  /** The device whose token this was until the session was renewed; undefined for any other. */
  async formerHolder(tokenHash: Buffer): Promise<string | undefined> {
    return (await this.sessions.findOneBy({ previousHash: tokenHash }))?.deviceId;
  }

  /** When each of the sessions ends; those that were closed are absent. */
  async endOf(sessionIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    if (sessionIds.length === 0) return new Map();
    const found = await this.sessions.findBy({ id: In([...sessionIds]) });
    return new Map(found.map(({ id, expiresAt }) => [id, expiresAt]));
  }

  /** Removes what has ended. */
  async sweep(): Promise<void> {
    await this.challenges.delete({ expiresAt: LessThan(this.#in(0)) });
    await this.sessions.delete({ expiresAt: LessThan(this.#in(-REMEMBERED_MS)) });
  }

  /** Removes the challenge, so that it serves one attempt; undefined when there is none in force for the device. */
  async #take(challengeId: string, deviceId: string): Promise<ChallengeEntity | undefined> {
    if (!UUID.test(challengeId)) return undefined;
    const challenge = await this.challenges.findOneBy({ id: challengeId, deviceId });
    const { affected } = await this.challenges.delete({ id: challengeId });
    if (!challenge || affected !== 1 || challenge.expiresAt <= this.clock.now()) return undefined;
    return challenge;
  }

  /** The session and the word of it in the audit trail, both or neither. */
  async #insert(deviceId: string, personId: string, signed: AuditSigned): Promise<OpenSession> {
    const token = makeToken();
    const createdAt = this.clock.now();
    const expiresAt = this.#in(SESSION_MS);
    const id = randomUUID();
    const session = { id, tokenHash: hashToken(token), previousHash: null, deviceId, personId, createdAt, expiresAt };
    const note = { kind: 'login', operation: 'openSession', outcome: 'DONE' } as const;
    const entered = await this.sessions.manager.transaction(async (manager) => {
      await manager.insert(SessionEntity, session);
      return this.audit.record({ ...note, device: deviceId, person: personId, signed }, manager);
    });
    return { token, expiresAt, entered };
  }

  #in(milliseconds: number): Date {
    return new Date(this.clock.now().getTime() + milliseconds);
  }
}
