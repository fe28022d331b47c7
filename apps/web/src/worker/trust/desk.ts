import { ChanceryError, hasCode } from '#client';
import type {
  Client,
  Identity,
  OwnDevice,
  PairingApproval,
  Passkey,
  PasskeySecret,
  PersonView,
  VerificationView,
} from '#client';
import { marking } from '#policy';
import type { SecurityPolicy } from '#policy';

import { fingerprintGroups } from '../fingerprint.js';
import { standingOf } from '../standing.js';
import type { Acquaintance, AskingDevice, OwnProfile, Trust } from './protocol.js';

/** Devices, ways back, and who other people are. */
export class TrustDesk implements Trust {
  /** In memory only, and of one client: a pairing that is interrupted is begun again. */
  #approval: { readonly client: Client; readonly approval: PairingApproval } | undefined;

  constructor(private readonly client: () => Client) {}

  async profile(): Promise<OwnProfile> {
    const client = this.client();
    const [identity, people, policy] = await Promise.all([client.whoami(), client.people(), policyOf(client)]);
    const own = people.find(({ id }) => id === identity.personId);
    return {
      ...identity,
      postName: own?.postName ?? '',
      title: own?.title,
      roles: own?.roles ?? [],
      clearanceText: clearanceText(identity, policy),
      rootGroups: fingerprintGroups(identity.rootFingerprint),
    };
  }

  devices(): Promise<OwnDevice[]> {
    return this.client().devices.list();
  }

  /** @throws ChanceryError BAD_INPUT, NOT_FOUND */
  renameDevice(deviceId: string, name: string): Promise<void> {
    return this.client().devices.rename(deviceId, name);
  }

  revokeDevice(deviceId: string, isLost: boolean): Promise<void> {
    return this.client().revokeDevice(deviceId, isLost ? 'LOST' : 'WITHDRAWN');
  }

  /** @throws ChanceryError WRONG_PASSPHRASE, BAD_INPUT */
  async addPasskey(passkey: Omit<Passkey, 'id'>, secret: PasskeySecret, passphrase: string): Promise<void> {
    try {
      await this.client().passkeys.add(passkey, secret, passphrase);
    } finally {
      secret.prf.fill(0);
    }
  }

  removePasskey(id: string): Promise<void> {
    return this.client().passkeys.remove(id);
  }

  recoveryMadeAt(): Promise<string | undefined> {
    return this.client().recovery.madeAt();
  }

  renewRecovery(): Promise<string> {
    return this.client().recovery.renew();
  }

  /** @throws ChanceryError PAIRING_INVALID, PAIRING_EXPIRED, ROOT_MISMATCH */
  async answerPairing(code: string): Promise<void> {
    const client = this.client();
    this.#approval = { client, approval: await client.devices.approve(code) };
  }

  /** @throws ChanceryError PAIRING_INVALID */
  askingDevice(): Promise<AskingDevice | undefined> {
    return this.#pairing().revealed();
  }

  async approvePairing(): Promise<void> {
    await this.#pairing().approve();
  }

  isPaired(): Promise<boolean> {
    return this.#pairing().isInstalled();
  }

  async refusePairing(): Promise<void> {
    await this.#pairing().refuse();
    this.#approval = undefined;
  }

  async people(): Promise<readonly Acquaintance[]> {
    const client = this.client();
    const [people, policy, { personId }] = await Promise.all([client.people(), policyOf(client), client.whoami()]);
    return people.map((person) => ({
      ...person,
      own: person.id === personId,
      standing: standingOf(person),
      clearanceText: clearanceText(person, policy),
    }));
  }

  /** @throws ChanceryError NOT_FOUND */
  verification(personId: string): Promise<VerificationView> {
    return this.client().verifications.of(personId);
  }

  confirm(personId: string): Promise<VerificationView> {
    return this.client().verifications.confirm(personId);
  }

  /** @throws ChanceryError BAD_INPUT, IDENTITY_CHANGED */
  compare(personId: string, text: string): Promise<VerificationView> {
    return this.client().verifications.compare(text, personId);
  }

  forget(personId: string): Promise<VerificationView> {
    return this.client().verifications.forget(personId);
  }

  /** @throws ChanceryError PAIRING_INVALID where none is under way with the vault that is open */
  #pairing(): PairingApproval {
    if (this.#approval?.client === this.client()) return this.#approval.approval;
    throw new ChanceryError('PAIRING_INVALID', 'No pairing is under way.');
  }
}

/** Undefined without a line: clearances are then shown as the directory has them. */
async function policyOf(client: Client): Promise<SecurityPolicy | undefined> {
  try {
    return await client.policy();
  } catch (error) {
    if (hasCode(error, 'SERVER_UNREACHABLE', 'CLOCK_WRONG')) return undefined;
    throw error;
  }
}

function clearanceText(
  { clearance }: Pick<PersonView | Identity, 'clearance'>,
  policy: SecurityPolicy | undefined,
): string | undefined {
  return clearance && policy ? marking(clearance, policy) : clearance?.level;
}
