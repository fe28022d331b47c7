import type {
  Identity,
  OwnDevice,
  Passkey,
  PasskeySecret,
  PersonView,
  ShortAuthentication,
  VerificationView,
} from '#client';

/** A person as the directory has them, with the clearance in the words of the policy. */
export interface Acquaintance extends PersonView {
  /** For instance `SECRET // NEGOTIATION`; undefined where there is none. */
  readonly clearanceText: string | undefined;
  /** Title and post. */
  readonly standing: string;
  readonly own: boolean;
}

/** Who the person is whose vault this is. */
export interface OwnProfile extends Identity {
  readonly postName: string;
  readonly title: string | undefined;
  readonly clearanceText: string | undefined;
  readonly roles: readonly string[];
  /** SHA-256 of the ministry's root key in sixteen groups of four hexadecimal digits. */
  readonly rootGroups: readonly string[];
}

/** A device that asks to come in, and what both screens show. */
export interface AskingDevice extends ShortAuthentication {
  readonly deviceName: string;
}

/** Devices, ways back, and who other people are. */
export interface Trust {
  profile(): Promise<OwnProfile>;
  devices(): Promise<OwnDevice[]>;
  /** Troubles: BAD_INPUT, NOT_FOUND. */
  renameDevice(deviceId: string, name: string): Promise<void>;
  /** Of one's own. It leaves every conversation; what it holds is deleted as soon as it asks the server. */
  revokeDevice(deviceId: string, isLost: boolean): Promise<void>;
  /** Troubles: WRONG_PASSPHRASE. */
  addPasskey(passkey: Omit<Passkey, 'id'>, secret: PasskeySecret, passphrase: string): Promise<void>;
  removePasskey(id: string): Promise<void>;
  /** When the recovery code in force was made, RFC 3339. */
  recoveryMadeAt(): Promise<string | undefined>;
  /** Makes a new recovery code, to be shown once; the one before it is void. */
  renewRecovery(): Promise<string>;
  /** Enters the code of a new device, or the text of its QR code. Troubles: PAIRING_INVALID, PAIRING_EXPIRED, ROOT_MISMATCH. */
  answerPairing(code: string): Promise<void>;
  /** Undefined while the new device has not shown itself. */
  askingDevice(): Promise<AskingDevice | undefined>;
  /** The person has compared: the device comes in. */
  approvePairing(): Promise<void>;
  /** Whether the new device says that its vault stands. */
  isPaired(): Promise<boolean>;
  refusePairing(): Promise<void>;
  /** Everybody. */
  people(): Promise<readonly Acquaintance[]>;
  /** Troubles: NOT_FOUND, for oneself as well. */
  verification(personId: string): Promise<VerificationView>;
  /** The person has compared the numbers, and they are the same. */
  confirm(personId: string): Promise<VerificationView>;
  /** What was scanned from the other's screen. Troubles: BAD_INPUT, IDENTITY_CHANGED. */
  compare(personId: string, text: string): Promise<VerificationView>;
  /** On purpose: goes on without a comparison. */
  forget(personId: string): Promise<VerificationView>;
}
