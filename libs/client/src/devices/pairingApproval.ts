import {
  AnswerPairingDocument,
  ApprovePairingDocument,
  ClaimPairingDocument,
  PairingOfferDocument,
  RefusePairingDocument,
} from '#contracts';
import { equalBytes, fromBase64, fromBase64Url, randomBytes, toBase64 } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import { exportHistoryKey } from '../history/key.js';
import { numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { findSealer } from '../recovery/sealer.js';
import { signStatement } from '../statements.js';
import { sealHandover } from './handover.js';
import { requireIdentityKey } from './identityKey.js';
import { parsePairingCode } from './pairingCode.js';
import type { PairingCode } from './pairingCode.js';
import { commitmentOf, decodeOffer, encodeAnswer, shortAuthentication, transcriptHash } from './transcript.js';
import type { DeviceOffer, ShortAuthentication, Transcript } from './transcript.js';

/** The new device as it shows itself, and what the person compares. */
export interface RevealedDevice extends ShortAuthentication {
  readonly deviceName: string;
}

interface Revealed {
  readonly offer: DeviceOffer;
  readonly transcript: Transcript;
}

interface Made {
  readonly addDevice: string;
  readonly sealed: string;
}

/** The pairing as a device sees it that is enrolled already: it vouches for the new one with the person's identity key. */
export class PairingApproval {
  private seen: Revealed | undefined;
  private made: { readonly input: Made; readonly signedBy: Uint8Array } | undefined;

  private constructor(
    private readonly core: Core,
    private readonly id: string,
    /** As it stood before this device had answered. */
    private readonly commitment: Uint8Array,
    private readonly answer: Uint8Array,
    readonly expiresAt: string,
  ) {}

  /**
   * Enters the code that the new device shows, or the text of its QR code.
   * @throws ChanceryError PAIRING_INVALID, PAIRING_EXPIRED, ROOT_MISMATCH when the text names another ministry
   */
  static async begin(core: Core, typed: string): Promise<PairingApproval> {
    const wanted = parsePairingCode(typed);
    requireSameMinistry(core, wanted);
    await requireIdentityKey(core);
    const { claimPairing } = await core.session.execute(ClaimPairingDocument, { code: wanted.code });
    const { id, commitment: text, expiresAt } = claimPairing;
    const commitment = fromBase64(text);
    if (wanted.scanned && !equalBytes(wanted.scanned.commitment, commitment)) {
      throw new ChanceryError(
        'PAIRING_INVALID',
        'The server gives another device than the one whose code was scanned.',
        {
          remedy: 'Do not go on; tell your security officer.',
        },
      );
    }
    const answer = answerOf(core);
    await core.session.execute(AnswerPairingDocument, { id, answer: toBase64(answer) });
    return new PairingApproval(core, id, commitment, answer, expiresAt);
  }

  /**
   * Looks whether the new device has shown its keys. Undefined while it has not.
   * @throws ChanceryError PAIRING_INVALID when they are not those that it committed to, or the pairing was refused there
   */
  async revealed(): Promise<RevealedDevice | undefined> {
    this.seen ??= await this.look();
    if (!this.seen) return undefined;
    const { offer, transcript } = this.seen;
    return { deviceName: offer.deviceName, ...shortAuthentication(transcript) };
  }

  /**
   * To be called when the person has compared the words on both screens: adds the device to the directory and hands over what it needs.
   * Called again after a lost answer it changes nothing. Returns the id of the new device.
   */
  async approve(): Promise<string> {
    if (!this.seen) throw new ChanceryError('PAIRING_INVALID', 'The new device has not shown itself yet.');
    try {
      await this.submit(this.seen);
    } catch (error) {
      if (!hasCode(error, 'STATEMENT_INVALID')) throw error;
      await this.core.directory.catchUp(this.core.session);
      if (!this.isOvertaken()) throw error;
      this.made = undefined;
      await this.submit(this.seen);
    }
    await this.core.directory.catchUp(this.core.session);
    return this.seen.offer.deviceId;
  }

  /** Whether the new device says that its vault stands. */
  async isInstalled(): Promise<boolean> {
    const { pairingOffer } = await this.core.session.execute(PairingOfferDocument, { id: this.id });
    return pairingOffer.state === 'INSTALLED';
  }

  /** The words differ, or the person has changed their mind. */
  async refuse(): Promise<void> {
    await this.core.session.execute(RefusePairingDocument, { id: this.id });
  }

  private async look(): Promise<Revealed | undefined> {
    const { pairingOffer } = await this.core.session.execute(PairingOfferDocument, { id: this.id });
    const { state, offer: offerText, nonce: nonceText } = pairingOffer;
    if (state === 'REFUSED') throw wrong('The pairing was refused on the new device.');
    if (typeof offerText !== 'string' || typeof nonceText !== 'string') return undefined;
    const [bytes, offerNonce] = [fromBase64(offerText), fromBase64(nonceText)];
    if (!equalBytes(commitmentOf(bytes, offerNonce), this.commitment)) {
      throw wrong('The new device shows other keys than those that it committed to.');
    }
    const offer = decodeOffer(bytes);
    if (!offer || this.core.directory.current.device(offer.deviceId))
      throw wrong('The new device shows no usable keys.');
    return { offer, transcript: { offer: bytes, offerNonce, answer: this.answer } };
  }

  private async submit(seen: Revealed): Promise<void> {
    this.made ??= await this.make(seen);
    await this.core.session.execute(ApprovePairingDocument, { input: { id: this.id, ...this.made.input } });
  }

  /** A new identity key came into force since the device was vouched for: revoking a device, which is when people pair another one, asks for that. */
  private isOvertaken(): boolean {
    const { directory, profile } = this.core;
    const inForce = directory.current.person(profile.personId)?.identityKey;
    return !!inForce && !!this.made && !equalBytes(inForce, this.made.signedBy);
  }

  private async make({ offer, transcript }: Revealed): Promise<{ input: Made; signedBy: Uint8Array }> {
    const { store, profile, timer } = this.core;
    const identityKey = await requireIdentityKey(this.core);
    const { deviceId: device, deviceName: name, signatureKey, kemKey } = offer;
    const { personId: person, personName, postId, ministryName, policy } = profile;
    const body = { type: 'addDevice', at: timer.now().getTime(), person, device, name, signatureKey } as const;
    const addDevice = signStatement(body, { kind: 'person', id: person }, identityKey);
    const historyKey = await store.transaction(exportHistoryKey);
    const conversations = await store.read(countConversations);
    const recovery = await store.read((sql) => findSealer(sql, this.core.directory.current, person));
    const names = { personId: person, personName, postId, ministryName };
    const handover = { identityKey, historyKey, ...names, policy, conversations, recovery };
    const sealed = sealHandover(handover, kemKey, transcriptHash(transcript));
    return { input: { addDevice: toBase64(addDevice), sealed: toBase64(sealed) }, signedBy: identityKey.publicKey };
  }
}

async function countConversations(sql: Sql): Promise<number> {
  const row = await sql.get("SELECT count(*) AS n FROM conversation WHERE state = 'active'");
  return row ? numberOf(row, 'n') : 0;
}

function answerOf({ profile }: Core): Uint8Array {
  const { ministryName, personId, personName, deviceId } = profile;
  const rootFingerprint = fromBase64Url(profile.rootFingerprint);
  return encodeAnswer({ nonce: randomBytes(32), rootFingerprint, ministryName, personId, personName, deviceId });
}

function requireSameMinistry({ profile, session }: Core, { scanned }: PairingCode): void {
  if (!scanned) return;
  if (scanned.rootFingerprint === profile.rootFingerprint && scanned.origin === session.origin) return;
  throw new ChanceryError(
    'ROOT_MISMATCH',
    'The new device speaks to another server, or another ministry, than this one.',
  );
}

function wrong(message: string): ChanceryError {
  return new ChanceryError('PAIRING_INVALID', message, { remedy: 'Do not go on; tell your security officer.' });
}
