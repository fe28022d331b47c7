/** What the browser client offers to whoever follows a link of a demonstration. Only code can ask for it: no setting of a server does. */
export interface Demonstration {
  readonly deviceName: string;
  /** Ready, and known to everybody who sees the demonstration. */
  readonly passphrase: string;
}

/** Where the page asks; a server that is no demonstration knows no such address. */
export const DEMONSTRATION_ADDRESS = '/demonstration';
