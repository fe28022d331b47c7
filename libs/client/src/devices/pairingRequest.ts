import {
  EndPairingDocument,
  MinistryDocument,
  PairingDocument,
  RevealPairingDocument,
  StartPairingDocument,
} from '#contracts';
import {
  fromBase64,
  generateKemKeyPair,
  generateSigningKeyPair,
  randomBytes,
  toBase64,
  toBase64Url,
} from '#primitives';
import type { KemKeyPair, SigningKeyPair } from '#primitives';
import { isStatementName } from '#transparency';

import { ChanceryError } from '../errors.js';
import { installHistoryKey } from '../history/key.js';
import { newUuid } from '../identifiers.js';
import { EXPECTED_WELCOMES } from '../keyPackages.js';
import type { Store } from '../ports/store.js';
import type { Transport } from '../ports/transport.js';
import { saveProfile, saveSecret, saveSetting } from '../profile.js';
import type { Profile } from '../profile.js';
import { saveSealer } from '../recovery/sealer.js';
import { migrate } from '../schema.js';
import { inGroups } from './crockford.js';
import { openHandover } from './handover.js';
import type { Handover } from './handover.js';
import { formatPairingText } from './pairingCode.js';
import { commitmentOf, decodeAnswer, encodeOffer, shortAuthentication, transcriptHash } from './transcript.js';
import type { PairingAnswer, ShortAuthentication, Transcript } from './transcript.js';

/** What the person compares, and whom the other device speaks for. */
export interface AnsweredPairing extends ShortAuthentication {
  readonly personName: string;
  readonly ministryName: string;
}

/** What has come from the other device: the person, and how a new vault is filled. */
export interface ReceivedPairing {
  readonly personName: string;
  readonly ministryName: string;
  /** The vault then waits for the directory to confirm it, and is good for nothing else before. */
  readonly fill: (store: Store) => Promise<void>;
}

interface OwnHalf {
  readonly device: SigningKeyPair;
  readonly kem: KemKeyPair;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly offer: Uint8Array;
  readonly offerNonce: Uint8Array;
}

/**
 * The pairing as the new device sees it; all of it is in memory, so that one that was interrupted is begun again. The server carries
 * what both say and can read it; that it changed nothing shows in the words on both screens.
 */
export class PairingRequest {
  private heard: { readonly bytes: Uint8Array; readonly answer: PairingAnswer } | undefined;

  private constructor(
    private readonly transport: Transport,
    private readonly half: OwnHalf,
    private readonly token: string,
    private readonly rootFingerprint: string,
    /** For the person to type on the other device: two groups of four. */
    readonly code: string,
    /** The same for a QR code. */
    readonly text: string,
    readonly expiresAt: string,
  ) {}

  /** Makes the keys of this device and commits to them. @throws ChanceryError BAD_INPUT, NOT_FOUNDED, RATE_LIMITED, SERVER_UNREACHABLE */
  static async start(transport: Transport, deviceName: string, now: Date): Promise<PairingRequest> {
    if (!isStatementName(deviceName)) {
      throw new ChanceryError('BAD_INPUT', 'A device has a name of 1 to 200 printable characters.', {
        field: 'device',
      });
    }
    const half = ownHalf(deviceName, now);
    const { ministry } = await transport.execute(MinistryDocument, {});
    if (!ministry) throw new ChanceryError('NOT_FOUNDED', 'This server serves no ministry yet.');
    const commitment = commitmentOf(half.offer, half.offerNonce);
    const { startPairing } = await transport.execute(StartPairingDocument, { commitment: toBase64(commitment) });
    const { code, token, expiresAt } = startPairing;
    const { rootFingerprint } = ministry;
    const text = formatPairingText(transport.origin, code, rootFingerprint, commitment);
    return new PairingRequest(transport, half, token, rootFingerprint, inGroups(code), text, expiresAt);
  }

  /**
   * Looks whether the other device has answered; shows this one's keys then. Undefined while it has not.
   * @throws ChanceryError PAIRING_INVALID, PAIRING_EXPIRED, ROOT_MISMATCH
   */
  async answered(): Promise<AnsweredPairing | undefined> {
    const { answer: answerText, state } = await this.progress();
    if (typeof answerText !== 'string') return undefined;
    const bytes = this.heard?.bytes ?? fromBase64(answerText);
    const answer = this.read(bytes);
    this.heard = { bytes, answer };
    if (state === 'ANSWERED') {
      const { offer, offerNonce } = this.half;
      const shown = { token: this.token, offer: toBase64(offer), nonce: toBase64(offerNonce) };
      await this.transport.execute(RevealPairingDocument, shown);
    }
    const { personName, ministryName } = answer;
    return { ...shortAuthentication(this.transcript(bytes)), personName, ministryName };
  }

  /**
   * To be called when the person has compared the words on both screens. Undefined while the other device has not approved.
   * @throws ChanceryError PAIRING_INVALID when it refused, or what it gave does not authenticate
   */
  async received(): Promise<ReceivedPairing | undefined> {
    if (!this.heard) throw new ChanceryError('PAIRING_INVALID', 'The other device has not answered yet.');
    const { sealed } = await this.progress();
    if (typeof sealed !== 'string') return undefined;
    const { bytes, answer } = this.heard;
    const handover = openHandover(fromBase64(sealed), this.half.kem, transcriptHash(this.transcript(bytes)));
    if (handover.personId !== answer.personId) throw wrong('The other device has handed over somebody else.');
    const { personName, ministryName } = handover;
    return { personName, ministryName, fill: (store) => this.fill(store, handover) };
  }

  /** The vault stands: the server forgets what it carried. */
  async installed(): Promise<void> {
    await this.transport.execute(EndPairingDocument, { token: this.token, installed: true });
  }

  /** The words differ, or the person has changed their mind. */
  async refuse(): Promise<void> {
    await this.transport.execute(EndPairingDocument, { token: this.token, installed: false });
  }

  private async progress() {
    const { pairing } = await this.transport.execute(PairingDocument, { token: this.token });
    if (pairing.state === 'REFUSED') throw wrong('The pairing was refused on the other device.');
    return pairing;
  }

  private read(bytes: Uint8Array): PairingAnswer {
    const answer = decodeAnswer(bytes);
    if (!answer) throw wrong('The answer of the other device can not be read.');
    if (toBase64Url(answer.rootFingerprint) === this.rootFingerprint) return answer;
    throw new ChanceryError('ROOT_MISMATCH', 'The other device belongs to another ministry than this server.');
  }

  private transcript(answer: Uint8Array): Transcript {
    const { offer, offerNonce } = this.half;
    return { offer, offerNonce, answer };
  }

  private async fill(store: Store, handover: Handover): Promise<void> {
    const { deviceId, deviceName, device } = this.half;
    const { identityKey, historyKey, personId, personName, postId, ministryName, policy } = handover;
    const profile: Profile = {
      server: this.transport.origin,
      ministryName,
      policy,
      rootFingerprint: this.rootFingerprint,
      personId,
      personName,
      postId,
      deviceId,
      deviceName,
      state: 'waiting',
    };
    await migrate(store);
    await store.transaction(async (sql) => {
      await saveProfile(sql, profile);
      await saveSecret(sql, 'identityKey', identityKey);
      await saveSecret(sql, 'deviceKey', device);
      await installHistoryKey(sql, historyKey);
      if (handover.recovery) await saveSealer(sql, handover.recovery);
      await saveSetting(sql, EXPECTED_WELCOMES, handover.conversations);
    });
  }
}

function ownHalf(deviceName: string, now: Date): OwnHalf {
  const device = generateSigningKeyPair();
  const kem = generateKemKeyPair('xwing');
  const deviceId = newUuid(now);
  const offer = encodeOffer({ deviceId, deviceName, signatureKey: device.publicKey, kemKey: kem.publicKey });
  return { device, kem, deviceId, deviceName, offer, offerNonce: randomBytes(32) };
}

function wrong(message: string): ChanceryError {
  return new ChanceryError('PAIRING_INVALID', message);
}
