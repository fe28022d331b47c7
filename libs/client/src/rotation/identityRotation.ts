import { PublishStatementsDocument } from '#contracts';
import { identityDays } from '#policy';
import { sign, toBase64 } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { identityProofInput } from '#transparency';

import type { Core } from '../core.js';
import type { Parcels } from '../devices/parcels.js';
import { ChanceryError, hasCode, isTransient } from '../errors.js';
import { currentHistoryKey, renewHistoryKey } from '../history/key.js';
import { Mutex } from '../mutex.js';
import { loadSetting, removeSetting, saveSetting } from '../profile.js';
import type { Recovery } from '../recovery/recovery.js';
import { signStatement } from '../statements.js';
import type { Problem } from '../types.js';
import { adoptKeyInForce, ensureNextKey, keyInForce, newestRevocation } from './identityKeys.js';

const DAY_MS = 86_400_000;
/** Other devices look every minute whether there is something to hand over, to a device that came while they changed the key, too. */
const HANDED_WITHIN_MS = 3 * 60_000;
/** Between two runs there is only the day and hour to tell the time by, and either of the two readings may be ten minutes wrong. */
const LONG_AGO_MS = HANDED_WITHIN_MS + 2 * 10 * 60_000;
/** Key of the setting that says since when this device misses the identity key in force, in milliseconds since 1970. */
const MISSING_SINCE = 'identityKey:missingSince';
/** What the person may do something about. */
const REPORTED = ['STATEMENT_INVALID', 'CONFLICT', 'BAD_INPUT'] as const;

/**
 * The keys that all devices of a person hold: they change with time, and when a device is revoked that knew them. Any of the person's
 * devices does it; the others, and the recovery bundle, have the new key before it comes into force, so that no crash loses it.
 */
export class IdentityRotation {
  private readonly mutex = new Mutex();
  /** Told once in this run of the program. */
  private readonly told = new Set<string>();
  /** Where the clock of this run stood when the identity key in force was first missing. */
  private missedFrom: number | undefined;

  constructor(
    private readonly core: Core,
    private readonly parcels: Parcels,
    private readonly recovery: Recovery,
  ) {}

  /** What is due, at each catch-up; what fails is reported, tried again, and keeps nothing else from going on. */
  tend(): Promise<void> {
    return this.mutex.run(async () => {
      try {
        await this.tendNow();
      } catch (error) {
        if (isTransient(error)) this.core.onDelay();
        else if (hasCode(error, ...REPORTED)) this.tell(error);
        else if (!hasCode(error, 'IDENTITY_UNKNOWN')) throw error; // the next look tells whether it stays so
      }
    });
  }

  /**
   * Gives this person a new identity key now; after a crash the key that was made before.
   * @throws ChanceryError IDENTITY_UNKNOWN when this device does not hold the identity key in force, STATEMENT_INVALID, SERVER_UNREACHABLE …
   */
  rotate(): Promise<void> {
    return this.mutex.run(async () => {
      await this.core.directory.catchUp(this.core.session);
      this.core.directory.alarms.requireNone();
      await this.parcels.exchange();
      if (!(await adoptKeyInForce(this.core))) throw unknownKey();
      await this.renew();
    });
  }

  private async tendNow(): Promise<void> {
    const person = this.core.directory.current.person(this.core.profile.personId);
    if (!person || person.revoked || this.core.directory.alarms.current) return;
    await this.parcels.exchangeIfDue();
    const isHeld = await adoptKeyInForce(this.core);
    if (await this.isMissing(isHeld)) this.tell(unknownKey());
    const hasNewKey = await this.renewHistoryKeyIfDue();
    if (isHeld && this.isDue()) await this.renew();
    else if (hasNewKey) await this.parcels.exchange();
    if (isHeld && (await this.recovery.refresh()) === 'outdated') this.tell(outdated());
  }

  /** Whether the key in force has been missing for longer than another device takes to hand it over. */
  private async isMissing(isHeld: boolean): Promise<boolean> {
    const { store, timer } = this.core;
    const known = await store.read((sql) => loadSetting(sql, MISSING_SINCE));
    if (isHeld) {
      this.missedFrom = undefined;
      if (known !== undefined) await store.transaction((sql) => removeSetting(sql, MISSING_SINCE));
      return false;
    }
    const [now, elapsed] = [timer.now().getTime(), timer.elapsed()];
    this.missedFrom ??= elapsed;
    const since = typeof known === 'number' ? known : now;
    if (since !== known) await store.transaction((sql) => saveSetting(sql, MISSING_SINCE, since));
    return elapsed - this.missedFrom >= HANDED_WITHIN_MS || now - since >= LONG_AGO_MS;
  }

  /** After so many days of the policy, or as soon as somebody else may know the key. */
  private isDue(): boolean {
    const { directory, profile, policy, timer } = this.core;
    const person = directory.current.person(profile.personId);
    if (!person) return false;
    const { at, seq } = person.renewed ?? person;
    return newestRevocation(this.core) > seq || timer.now().getTime() - at >= identityDays(policy) * DAY_MS;
  }

  /** What is read from now on is not for whoever has a device that was revoked. */
  private async renewHistoryKeyIfDue(): Promise<boolean> {
    const revocation = newestRevocation(this.core);
    if (revocation === 0) return false;
    return this.core.store.transaction(async (sql) => {
      if ((await currentHistoryKey(sql)).since >= revocation) return false;
      await renewHistoryKey(sql, revocation);
      return true;
    });
  }

  /** Each step is durable before the next: the key, its way to the other devices and into the bundle, the statement, its taking effect. */
  private async renew(): Promise<void> {
    const { store, directory, session } = this.core;
    const next = await store.transaction((sql) => ensureNextKey(sql, this.core));
    await this.parcels.exchange();
    await this.recovery.refresh();
    const old = await store.read((sql) => keyInForce(sql, this.core));
    if (!old || !(await this.isPublished(old, next))) await this.parcels.exchange(); // another device was faster
    await directory.catchUp(session);
    if (!(await adoptKeyInForce(this.core))) throw unknownKey();
  }

  /** False where another device has changed the key meanwhile. */
  private async isPublished(old: SigningKeyPair, next: SigningKeyPair): Promise<boolean> {
    const { store, directory, session } = this.core;
    try {
      await this.publish(old, next);
      return true;
    } catch (error) {
      if (!hasCode(error, 'STATEMENT_INVALID')) throw error;
      await directory.catchUp(session);
      if (await store.read((sql) => keyInForce(sql, this.core))) throw error;
      return false;
    }
  }

  private async publish(old: SigningKeyPair, { publicKey: identityKey, privateKey }: SigningKeyPair): Promise<void> {
    const { session, profile, timer } = this.core;
    const { personId: person } = profile;
    const proof = sign(privateKey, identityProofInput(person, identityKey));
    const body = { type: 'rotateIdentity', at: timer.now().getTime(), person, identityKey, proof } as const;
    const statement = signStatement(body, { kind: 'person', id: person }, old);
    await session.execute(PublishStatementsDocument, { statements: [toBase64(statement)] });
  }

  private tell({ code, message }: Problem): void {
    if (this.told.has(code)) return;
    this.told.add(code);
    this.core.emit({ type: 'problem', conversationId: undefined, problem: { code, message } });
  }
}

function unknownKey(): ChanceryError {
  const message = 'Your identity key was replaced, and this device has not been handed the new one.';
  return new ChanceryError('IDENTITY_UNKNOWN', message);
}

function outdated(): Problem {
  return {
    code: 'RECOVERY_OUTDATED',
    message: 'Your keys have changed, and your recovery code does not lead to the new ones.',
  };
}
