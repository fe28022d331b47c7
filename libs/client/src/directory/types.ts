import type { ServerKeyPurpose } from '#transparency';

import type { LogAlarm } from './alarms.js';

/** The transparency log as a device has verified it. */
export interface LogView {
  /** Name of the log and of its key. */
  readonly origin: string;
  /** Statements that are verified here. */
  readonly size: number;
  /** Root over them as this device has computed it, 64 hexadecimal digits; empty before the first statement. */
  readonly root: string;
  /** The newest signed checkpoint that fitted, a signed note; undefined while the ministry names no log key. */
  readonly checkpoint: string | undefined;
  readonly checkpointSize: number;
  /** The size that this device has cosigned last; 0 for devices that don't. */
  readonly cosigned: number;
  /** Whether the directory names a key that has to sign it. */
  readonly isSigned: boolean;
  /** The browser client that an officer has stated last; undefined without any. */
  readonly release: ReleaseView | undefined;
  readonly alarms: readonly LogAlarm[];
}

/** A release of the browser client, as a statement names it. */
export interface ReleaseView {
  /** SHA-256 of its manifest, 64 hexadecimal digits. */
  readonly hash: string;
  /** RFC 3339, by the officer's clock. */
  readonly at: string;
  /** Place of the statement in the log. */
  readonly seq: number;
}

/** A device that has put its name to a checkpoint. */
export interface CosignerView {
  readonly deviceId: string;
  readonly personId: string;
  readonly personName: string;
  readonly postId: string;
  /** Whether the person holds the power witness; others are of missions. */
  readonly isWitness: boolean;
  /** RFC 3339, whole seconds, by the device's clock. */
  readonly at: string;
}

export interface ServerKeyView {
  readonly purpose: ServerKeyPurpose;
  /** Ed25519, base64. */
  readonly key: string;
  /** By the verified directory: `pending` is named by no statement yet; `overlap` holds for some days beside its successor. */
  readonly state: 'pending' | 'current' | 'overlap' | 'ended';
}
