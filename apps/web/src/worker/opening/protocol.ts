import type { CaughtUp, Identity, InvitationView, NewPost, Passkey, PasskeySecret, PassphraseStrength } from '#client';

/** How somebody came to this browser's vault in this run; `founded` in every run until the root key is kept elsewhere. */
export type Arrival = 'founded' | 'enrolled' | 'paired' | 'returned';

/** How far this browser is. */
export type Stage =
  /** No vault: nobody has enrolled here. */
  | { readonly at: 'empty' }
  /** A vault, and nobody has opened it in this run. */
  | { readonly at: 'locked' }
  /** Open; the server has yet to say that it has the founding. */
  | { readonly at: 'founding'; readonly personName: string; readonly ministryName: string }
  /** Open; an officer has yet to complete the enrolment. */
  | { readonly at: 'waiting'; readonly personName: string; readonly ministryName: string }
  /** Open; an officer has yet to let the person come back. `number`: six digits for the officer. */
  | { readonly at: 'returning'; readonly number: string }
  /** `arrival`: until the person has seen what a newcomer has to see. */
  | { readonly at: 'open'; readonly arrival: Arrival | undefined }
  /** The device was revoked: the vault is gone. */
  | { readonly at: 'revoked' };

export interface Enrolment {
  /** As the officer gave it, whole. */
  readonly link: string;
  /** What people call this browser, for instance "Laptop in Tashkent". */
  readonly deviceName: string;
  readonly passphrase: string;
}

/** A security policy that a ministry can begin with. */
export interface PolicyPreset {
  readonly id: string;
  readonly name: string;
  /** Markings, the lowest first. */
  readonly levels: readonly string[];
  /** Names. */
  readonly categories: readonly string[];
}

/** A ministry and its founder, who holds everything that the policy has. */
export interface NewMinistry {
  readonly foundingToken: string;
  readonly ministryName: string;
  /** Of a preset. */
  readonly policyId: string;
  readonly posts: readonly NewPost[];
  readonly personName: string;
  /** Of the founder, one of `posts`. */
  readonly postId: string;
  readonly deviceName: string;
  readonly passphrase: string;
}

/** What a founder keeps offline. */
export interface SealedRootKey {
  /** JSON text; it opens under the passphrase of the founding. */
  readonly file: string;
  readonly ministryName: string;
  /** Origin of the server. */
  readonly server: string;
  /** Of the root: four hexadecimal digits each. */
  readonly fingerprint: readonly string[];
}

export interface Comeback {
  /** As it stands on the person's paper. */
  readonly code: string;
  readonly deviceName: string;
  readonly passphrase: string;
}

/** What a new device shows for the one that the person has. */
export interface PairingOffer {
  /** Two groups of four, to type. */
  readonly code: string;
  /** The same for a QR code. */
  readonly text: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** What both screens show, for the person to compare. */
export interface PairingCheck {
  /** Seven. */
  readonly digits: string;
  /** Four. */
  readonly words: readonly string[];
  readonly personName: string;
  readonly ministryName: string;
}

/** Ways to an open vault, and out of it. */
export interface Opening {
  stage(): Promise<Stage>;
  /** Whom a link is for, without using it up. Troubles: LINK_INVALID, LINK_EXPIRED, LINK_USED, ROOT_MISMATCH, SERVER_UNREACHABLE … */
  readLink(link: string): Promise<InvitationView>;
  /** How hard a passphrase is to guess; `personal` are words that an attacker would try first. */
  strength(passphrase: string, personal: readonly string[]): Promise<PassphraseStrength>;
  /** Troubles: those of `readLink`, PASSPHRASE_WEAK. */
  enrol(enrolment: Enrolment): Promise<void>;
  /** Whether the server serves a ministry. Troubles: SERVER_UNREACHABLE. */
  isFounded(): Promise<boolean>;
  policyPresets(): Promise<readonly PolicyPreset[]>;
  /** Troubles: FOUNDING_TOKEN_INVALID, ALREADY_FOUNDED, PASSPHRASE_WEAK, BAD_INPUT, SERVER_UNREACHABLE … */
  found(ministry: NewMinistry): Promise<void>;
  /** Removes the vault of a founding that the server has refused for good; does nothing where it may have been taken. */
  giveUpFounding(): Promise<void>;
  /** Troubles: NOT_FOUND when it was kept before. */
  rootKey(): Promise<SealedRootKey>;
  /** The founder has the root key elsewhere: this browser forgets it. */
  rootKeyKept(): Promise<void>;
  /** Begins to pair this browser with a device that the person has; a pairing before it is given up. */
  offerPairing(deviceName: string): Promise<PairingOffer>;
  /** What to compare; undefined while the other device has not answered. Troubles: PAIRING_INVALID, PAIRING_EXPIRED … */
  pairingCheck(): Promise<PairingCheck | undefined>;
  /** The person has compared. False while the other device has not approved. */
  installPairing(passphrase: string): Promise<boolean>;
  /** The screens differ, or the person has changed their mind. */
  refusePairing(): Promise<void>;
  /** Asks to come back by the recovery code. Troubles: RECOVERY_INVALID, PASSPHRASE_WEAK … */
  comeBack(comeback: Comeback): Promise<void>;
  /** Whether an officer has let the person come back; the other devices are revoked then, unless they are to be kept. */
  lookForOfficer(keepDevices: boolean): Promise<boolean>;
  /** Gives up a comeback: the vault, which holds nothing yet, is removed. */
  giveUpComeback(): Promise<void>;
  /** Troubles: WRONG_PASSPHRASE, VAULT_BUSY, VAULT_DAMAGED. */
  unlock(passphrase: string): Promise<void>;
  /** What opens the vault beside the passphrase; none of it is secret. */
  passkeys(): Promise<Passkey[]>;
  /** Troubles: WRONG_PASSKEY, VAULT_BUSY, VAULT_DAMAGED. */
  unlockByPasskey(secret: PasskeySecret): Promise<void>;
  /** The newcomer has seen everything. */
  settleIn(): Promise<void>;
  /** Closes the vault; what waits in it waits on. */
  lock(): Promise<void>;
  /** The person is there. */
  touch(): Promise<void>;
  /** Asks the server whether an officer has completed the enrolment, and fetches what is new; undefined while it waits. */
  catchUp(): Promise<CaughtUp | undefined>;
  /** Nothing goes out while the machine's clock differs from the server's by more than an hour. */
  isClockWrong(): Promise<boolean>;
  whoami(): Promise<Identity>;
}
