/** What the soak and its processes of devices say to each other: one JSON text a line. */

/** A device as a process opens it. */
export interface ResidentSpec {
  /** Short name that begins each of its messages. */
  readonly tag: string;
  readonly folder: string;
  /** Of the vault, hexadecimal. */
  readonly key: string;
  readonly server: string;
}

/** What a device is asked to do; each is answered, however it ends. */
export type Task =
  | { readonly do: 'open'; readonly spec: ResidentSpec; readonly conversations: readonly string[] }
  | { readonly do: 'close' }
  /** Whether it may write up to so many messages altogether. */
  | { readonly do: 'allow'; readonly limit: number }
  | { readonly do: 'add' | 'remove'; readonly conversation: string; readonly personIds: readonly string[] }
  | { readonly do: 'rename'; readonly conversation: string; readonly name: string }
  | { readonly do: 'revoke'; readonly deviceId: string }
  | { readonly do: 'pair'; readonly code: string }
  | { readonly do: 'settle' }
  | { readonly do: 'read'; readonly conversation: string };

export interface Command {
  readonly number: number;
  readonly tag: string;
  readonly task: Task;
}

/** What a device has received or written itself; of the text of a message the tag and the number. */
export type ReadLine = readonly [seq: number | null, kind: string, sender: string | null, text: string, state: string];

export interface Settled {
  /** Place of the newest envelope that was processed, by conversation. */
  readonly cursors: Readonly<Record<string, number>>;
  readonly waiting: number;
}

export type Said =
  | { readonly say: 'ready' }
  | { readonly say: 'answer'; readonly number: number; readonly result?: unknown; readonly error?: string }
  /** A send has resolved: the message is durable. */
  | {
      readonly say: 'sent';
      readonly tag: string;
      readonly conversation: string;
      readonly number: number;
      readonly state: string;
    }
  /** Messages that the device has written altogether, those that its vault held when it was opened included. */
  | { readonly say: 'written'; readonly tag: string; readonly count: number }
  | {
      readonly say: 'problem';
      readonly tag: string;
      readonly code: string;
      readonly message: string;
      readonly conversation?: string;
    }
  | { readonly say: 'secret'; readonly groupId: string; readonly epoch: string; readonly secret: string };
