import { ready } from '#primitives';

import { AuditChain } from './chain.js';
import type { AuditError } from './chain.js';
import { AUDIT_START, auditHash, decodeAuditEntry, encodeAuditEntry } from './entry.js';
import type { AuditEntry, AuditNote } from './entry.js';

const DEVICE = '0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77';

const note = (operation: string): AuditNote => ({
  kind: 'act',
  operation,
  outcome: 'DONE',
  device: DEVICE,
  about: ['a1'],
});

/** A trail of that many entries. */
function trailOf(count: number, operation = 'createPost'): Uint8Array[] {
  const trail: Uint8Array[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const before = trail.at(-1);
    const prev = before ? auditHash(before) : AUDIT_START.hash;
    trail.push(encodeAuditEntry({ ...note(operation), seq, at: 1000 + seq, prev }));
  }
  return trail;
}

/** How far a trail is followed, and what is wrong there. */
function faultOf(trail: readonly Uint8Array[]): string {
  const chain = new AuditChain();
  try {
    for (const payload of trail) chain.follow(payload);
    return `followed to ${String(chain.head.entry)}`;
  } catch (error) {
    const { fault, entry } = error as AuditError;
    return `${fault} ${String(entry)}`;
  }
}

beforeAll(ready);

describe('an audit trail', () => {
  let trail: Uint8Array[];
  beforeAll(() => {
    trail = trailOf(6);
  });

  test('is followed to its end, from the beginning or from a place that is believed', () => {
    expect(faultOf(trail)).toBe('followed to 6');
    const [first = new Uint8Array(), second = new Uint8Array()] = trail;
    const chain = new AuditChain({ entry: 1, hash: auditHash(first) });
    expect(chain.follow(second)).toMatchObject({ seq: 2, operation: 'createPost', device: DEVICE });
  });

  test('shows a gap, a doubled and a swapped entry where they are', () => {
    expect(faultOf(trail.toSpliced(3, 1))).toBe('GAP 4');
    expect(faultOf(trail.toSpliced(3, 0, trail[2]!))).toBe('REORDERED 4');
    expect(faultOf(trail.with(2, trail[3]!).with(3, trail[2]!))).toBe('GAP 3');
  });

  test('shows an edited entry at the next one', () => {
    const entry = decodeAuditEntry(trail[2]!);
    const edited = encodeAuditEntry({ ...entry, outcome: 'FORBIDDEN' });
    expect(faultOf(trail.with(2, edited))).toBe('EDITED 3');
    expect(faultOf(trail.with(2, new Uint8Array([1, 2])))).toBe('UNREADABLE 3');
  });

  test('that another server has made from the beginning has another head', () => {
    const head = (payloads: readonly Uint8Array[]) => {
      const chain = new AuditChain();
      for (const payload of payloads) chain.follow(payload);
      return chain.head.hash;
    };
    expect(head(trailOf(6, 'createCollection'))).not.toEqual(head(trail));
  });
});

describe('an entry', () => {
  const whole: AuditEntry = {
    ...note('revokePerson'),
    seq: 7,
    at: 1_000,
    prev: new Uint8Array(32).fill(7),
    count: 3,
    person: DEVICE,
    statement: { seq: 12, id: new Uint8Array(32).fill(1) },
    signed: { input: new Uint8Array([1, 2, 3]), signature: new Uint8Array(64).fill(2) },
  };

  test('is read as it was written', () => {
    expect(decodeAuditEntry(encodeAuditEntry(whole))).toEqual(whole);
  });

  test.each<[string, object]>([
    ['a name', { device: 'Laptop of Clara' }],
    ['a text', { operation: 'said: hello' }],
    ['a field that there is not', { text: 'hello' }],
    ['a kind that there is not', { kind: 'gossip' }],
    ['a place before the first', { seq: 0 }],
  ])('holds no %s', (_, wrong) => {
    expect(() => encodeAuditEntry({ ...whole, ...wrong })).toThrow(
      expect.objectContaining({ code: 'FIELD_INVALID' }) as Error,
    );
  });
});
