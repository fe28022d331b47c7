/** An MLS cipher suite (RFC 9420 section 17.1) as people choose it. */
export interface SuiteName {
  readonly id: number;
  readonly name: string;
  /** A conversation moves to a suite of a smaller one only where an officer's campaign says so. */
  readonly strength: number;
}

/** All suites that this version has; the hybrid one also holds against a quantum computer. */
export const SUITES: readonly SuiteName[] = [
  { id: 0x0001, name: 'x25519-aes128gcm', strength: 1 },
  { id: 0x0003, name: 'x25519-chacha20poly1305', strength: 1 },
  { id: 0x004d, name: 'xwing-chacha20poly1305', strength: 2 },
];

/** The name of a suite; its number in hexadecimal where this version does not know it. */
export function suiteName(id: number): string {
  return SUITES.find((suite) => suite.id === id)?.name ?? `0x${id.toString(16).padStart(4, '0')}`;
}

/** Whether a conversation of suite `from` loses strength in suite `to`; a suite that this version does not know is the weakest. */
export function isWeakerSuite(to: number, from: number): boolean {
  return strengthOf(to) < strengthOf(from);
}

function strengthOf(id: number): number {
  return SUITES.find((suite) => suite.id === id)?.strength ?? 0;
}
