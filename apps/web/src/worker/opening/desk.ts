import { ChanceryError, hasCode, strengthOf } from '#client';
import type {
  CaughtUp,
  Client,
  ClientEvent,
  Identity,
  InvitationView,
  Passkey,
  PasskeySecret,
  PassphraseStrength,
} from '#client';
import {
  beginRecovery,
  enrolDevice,
  foundMinistry,
  hasVault,
  openClient,
  passkeysOf,
  readInvitation,
  requestPairing,
  resumeRecovery,
  servesMinistry,
  unlockByPasskey,
  wipeFiles,
  wipeVault,
} from '#client/browser';
import type { NewDevice, RecoveringDevice } from '#client/browser';
import { canonicalPolicy, fullClearance, policyPresets } from '#policy';

import { fingerprintGroups } from '../fingerprint.js';
import type { News } from '../protocol.js';
import { IdleLock } from './idle.js';
import type {
  Arrival,
  Comeback,
  Enrolment,
  NewMinistry,
  Opening,
  PairingCheck,
  PairingOffer,
  PolicyPreset,
  SealedRootKey,
  Stage,
} from './protocol.js';

const VAULT = 'own';
/** How often a server that did not answer when the vault was opened is asked again. */
const RETRY_MS = 5_000;

/** Holds the vault, while it is open. */
export class OpeningDesk implements Opening {
  #client: Client | undefined;
  /** In memory only: a pairing that a reload interrupts is begun again. */
  #pairing: NewDevice | undefined;
  #recovering: RecoveringDevice | undefined;
  #arrival: Arrival | undefined;
  /** Of the open vault: its person has founded the ministry, and does not have the root key elsewhere yet. */
  #holdsRootKey = false;
  #stopWatching: () => Promise<void> = () => Promise.resolve();
  #isRevoked = false;
  #isFollowing = false;
  readonly #idle = new IdleLock(() => void this.lock());

  readonly #tell: (news: News) => void;

  constructor(tell: (news: News) => void) {
    this.#tell = tell;
  }

  async stage(): Promise<Stage> {
    if (this.#isRevoked) return { at: 'revoked' };
    if (this.#recovering) return { at: 'returning', number: this.#recovering.number };
    if (!this.#client) return { at: (await hasVault(VAULT)) ? 'locked' : 'empty' };
    const { state, personName, ministryName } = await this.#client.whoami();
    if (state === 'waiting') return { at: this.#holdsRootKey ? 'founding' : 'waiting', personName, ministryName };
    return { at: 'open', arrival: this.#holdsRootKey ? 'founded' : this.#arrival };
  }

  readLink(link: string): Promise<InvitationView> {
    return readInvitation(link);
  }

  strength(passphrase: string, personal: readonly string[]): Promise<PassphraseStrength> {
    return strengthOf(passphrase, personal);
  }

  /** @throws ChanceryError LINK_INVALID, LINK_EXPIRED, LINK_USED, ROOT_MISMATCH, PASSPHRASE_WEAK, SERVER_UNREACHABLE … */
  async enrol(enrolment: Enrolment): Promise<void> {
    await this.#begin(await enrolDevice({ folder: VAULT, ...enrolment }));
  }

  /** @throws ChanceryError SERVER_UNREACHABLE */
  isFounded(): Promise<boolean> {
    return servesMinistry(self.location.origin);
  }

  policyPresets(): Promise<PolicyPreset[]> {
    const presets = [...policyPresets.values()].map(({ id, name, levels, categories }) => ({
      ...{ id, name },
      levels: levels.toSorted((a, b) => a.rank - b.rank).map(({ marking }) => marking),
      categories: categories.map(({ tag, name: title = tag }) => title),
    }));
    return Promise.resolve(presets);
  }

  /** @throws ChanceryError FOUNDING_TOKEN_INVALID, ALREADY_FOUNDED, PASSPHRASE_WEAK, BAD_INPUT, SERVER_UNREACHABLE … */
  async found({ policyId, personName, postId, deviceName, ...ministry }: NewMinistry): Promise<void> {
    const policy = policyPresets.get(policyId);
    if (!policy) throw new ChanceryError('BAD_INPUT', 'There is no such policy.', { field: 'policy' });
    const officer = { personName, postId, deviceName, clearance: fullClearance(policy) };
    const place = { folder: VAULT, server: self.location.origin };
    try {
      const { client } = await foundMinistry({ ...place, ...ministry, policy: canonicalPolicy(policy), officer });
      this.#arrival = 'enrolled';
      await this.#begin(client);
    } catch (error) {
      if (await hasVault(VAULT)) await this.#tellStage(); // the answer was lost: the founding goes on from the vault
      throw error;
    }
  }

  /** The same founding again is refused only where it was not taken before: nothing that anybody needs is in this vault then. */
  async giveUpFounding(): Promise<void> {
    const refusal = await this.catchUp().catch((error: unknown) => error);
    if (!this.#holdsRootKey || !hasCode(refusal, 'ALREADY_FOUNDED', 'FOUNDING_TOKEN_INVALID')) return;
    await this.lock();
    await wipeVault(VAULT);
    await this.#tellStage();
  }

  /** @throws ChanceryError NOT_FOUND */
  async rootKey(): Promise<SealedRootKey> {
    const client = this.client();
    const file = await client.rootKey.file();
    if (file === undefined) throw new ChanceryError('NOT_FOUND', 'This vault holds no root key.');
    const { ministryName, server, rootFingerprint } = await client.whoami();
    return { file, ministryName, server, fingerprint: fingerprintGroups(rootFingerprint) };
  }

  async rootKeyKept(): Promise<void> {
    await this.client().rootKey.forget();
    this.#holdsRootKey = false;
    this.#arrival = 'enrolled'; // a founder has no recovery code either
    await this.#tellStage();
  }

  /** @throws ChanceryError BAD_INPUT, RATE_LIMITED, SERVER_UNREACHABLE */
  async offerPairing(deviceName: string): Promise<PairingOffer> {
    await this.refusePairing();
    this.#pairing = await requestPairing({ server: self.location.origin, deviceName });
    const { code, text, expiresAt } = this.#pairing;
    return { code, text, expiresAt };
  }

  /** @throws ChanceryError PAIRING_INVALID, PAIRING_EXPIRED, ROOT_MISMATCH */
  pairingCheck(): Promise<PairingCheck | undefined> {
    return this.#newDevice().answered();
  }

  /** @throws ChanceryError PAIRING_INVALID, ROOT_MISMATCH, STATEMENT_INVALID, PASSPHRASE_WEAK … */
  async installPairing(passphrase: string): Promise<boolean> {
    const client = await this.#newDevice().install({ folder: VAULT, passphrase });
    if (!client) return false;
    this.#pairing = undefined;
    this.#arrival = 'paired';
    await this.#begin(client);
    return true;
  }

  async refusePairing(): Promise<void> {
    const pairing = this.#pairing;
    this.#pairing = undefined;
    await pairing?.refuse();
  }

  /** @throws ChanceryError RECOVERY_INVALID, PASSPHRASE_WEAK, SERVER_UNREACHABLE … */
  async comeBack(comeback: Comeback): Promise<void> {
    this.#recovering = await beginRecovery({ folder: VAULT, server: self.location.origin, ...comeback });
    await this.#tellStage();
  }

  /** @throws ChanceryError RECOVERY_INVALID, ROOT_MISMATCH, STATEMENT_INVALID */
  async lookForOfficer(keepDevices: boolean): Promise<boolean> {
    const client = await this.#recovering?.finish({ keepDevices });
    if (!client) return false;
    this.#recovering = undefined;
    this.#arrival = 'returned';
    await this.#begin(client);
    return true;
  }

  async giveUpComeback(): Promise<void> {
    if (!this.#recovering) return;
    await this.lock();
    await wipeVault(VAULT);
    await this.#tellStage();
  }

  /** @throws ChanceryError WRONG_PASSPHRASE, VAULT_BUSY, VAULT_DAMAGED */
  async unlock(passphrase: string): Promise<void> {
    if (this.#client || this.#recovering) return;
    try {
      await this.#begin(await openClient({ folder: VAULT, passphrase }));
    } catch (error) {
      if (!hasCode(error, 'UNAUTHENTICATED')) throw error;
      this.#recovering = await resumeRecovery({ folder: VAULT, passphrase }); // the vault is not the person's yet
      await this.#tellStage();
    }
  }

  passkeys(): Promise<Passkey[]> {
    return passkeysOf(VAULT);
  }

  /** @throws ChanceryError WRONG_PASSKEY, VAULT_BUSY, VAULT_DAMAGED */
  async unlockByPasskey(secret: PasskeySecret): Promise<void> {
    if (this.#client) return;
    try {
      await this.#begin(await openClient({ folder: VAULT, key: await unlockByPasskey(VAULT, secret) }));
    } finally {
      secret.prf.fill(0);
    }
  }

  async settleIn(): Promise<void> {
    this.#arrival = undefined;
    await this.#tellStage();
  }

  /** Closes the vault; what waits in it waits on. */
  async lock(): Promise<void> {
    this.#idle.end();
    const [client, recovering] = [this.#client, this.#recovering];
    this.#client = undefined;
    this.#recovering = undefined;
    await this.#stopWatching();
    this.#stopWatching = () => Promise.resolve();
    await client?.close();
    await recovering?.close();
    await this.#tellStage();
  }

  /** The person is there. */
  touch(): Promise<void> {
    if (this.#client) this.#idle.touch();
    return Promise.resolve();
  }

  /** Asks the server whether an officer has completed the enrolment, and fetches what is new. */
  async catchUp(): Promise<CaughtUp | undefined> {
    const client = this.client();
    const { state } = await client.whoami();
    try {
      const done = await client.catchUp();
      if (state === 'waiting') this.#arrival = 'enrolled';
      await this.#follow();
      return done;
    } catch (error) {
      if (hasCode(error, 'UNAUTHENTICATED')) return undefined;
      if (hasCode(error, 'DEVICE_REVOKED')) await this.#wipe();
      throw error;
    }
  }

  /** Asks the server for something small, and sees whether its time is another than this machine's. */
  async isClockWrong(): Promise<boolean> {
    try {
      await this.client().devices.list();
      return false;
    } catch (error) {
      return hasCode(error, 'CLOCK_WRONG');
    }
  }

  whoami(): Promise<Identity> {
    return this.client().whoami();
  }

  /** @throws ChanceryError VAULT_MISSING: the person has to open the vault first */
  client = (): Client => {
    if (!this.#client) throw new ChanceryError('VAULT_MISSING', 'The vault is locked.');
    return this.#client;
  };

  #newDevice(): NewDevice {
    if (!this.#pairing) throw new ChanceryError('PAIRING_INVALID', 'No pairing is under way.');
    return this.#pairing;
  }

  async #begin(client: Client): Promise<void> {
    this.#holdsRootKey = (await client.rootKey.file()) !== undefined;
    this.#client = client;
    const stop = client.listen(this.#hear);
    this.#stopWatching = () => {
      stop();
      return Promise.resolve();
    };
    this.#idle.begin();
    await this.#tellStage();
    await this.catchUp().catch((error: unknown) => {
      if (hasCode(error, 'SERVER_UNREACHABLE', 'CLOCK_WRONG')) this.#awaitLine(client);
      this.#tellProblem(error);
    });
  }

  /** The vault is open all the same. */
  #tellProblem(error: unknown): void {
    if (hasCode(error, 'SERVER_UNREACHABLE')) return; // the connection event says so
    if (!(error instanceof ChanceryError)) throw error;
    const { code, message } = error;
    this.#tell({ type: 'problem', conversationId: undefined, problem: { code, message } });
  }

  /** Opened without a line, nothing follows the server yet: it is asked again until it answers, or the vault is locked. */
  #awaitLine(client: Client): void {
    this.#tell({ type: 'connection', state: 'disconnected' });
    setTimeout(() => {
      if (this.#client !== client) return;
      this.catchUp().catch((error: unknown) => {
        if (hasCode(error, 'SERVER_UNREACHABLE', 'CLOCK_WRONG')) this.#awaitLine(client);
      });
    }, RETRY_MS);
  }

  /** Once the device is enrolled it follows the server's hints. */
  async #follow(): Promise<void> {
    const client = this.#client;
    if (!client || this.#isFollowing) return;
    this.#isFollowing = true;
    await this.#stopWatching();
    const stop = await client.watch(this.#hear);
    this.#stopWatching = async () => {
      this.#isFollowing = false;
      await stop();
    };
    await this.#tellStage();
  }

  readonly #hear = (event: ClientEvent): void => {
    this.#tell(event);
    if (event.type === 'problem' && event.problem.code === 'DEVICE_REVOKED') void this.#wipe();
  };

  /** A revoked device keeps nothing. */
  async #wipe(): Promise<void> {
    if (this.#isRevoked) return;
    this.#isRevoked = true;
    await this.lock();
    await wipeVault(VAULT);
    await wipeFiles();
    await this.#tellStage();
  }

  async #tellStage(): Promise<void> {
    this.#tell({ type: 'stage', stage: await this.stage() });
  }
}
