import { encode } from 'cborg';

import type { ConversationChange } from '../types.js';
import { changeWords, decodeChange, encodeChange } from './changes.js';

const SAID: readonly (readonly [ConversationChange, string])[] = [
  [{ kind: 'members', actor: 'Ada', added: ['Boris', ''], removed: [] }, 'Ada added Boris, an unknown device.'],
  [{ kind: 'members', actor: null, added: ['Boris'], removed: ['Chen'] }, 'The server added Boris and removed Chen.'],
  [{ kind: 'moved', actor: 'Ada', suite: 'X-Wing' }, 'Ada moved the conversation to X-Wing.'],
  [{ kind: 'handedOver', giver: 'Ada', to: ['Boris'], count: 1 }, 'Ada handed 1 earlier message over to Boris.'],
  [{ kind: 'handedOver', giver: 'Ada', to: ['Boris'], count: 2 }, 'Ada handed 2 earlier messages over to Boris.'],
  [
    { kind: 'stuck', person: 'Ada' },
    'A device of Ada could not follow a change of the membership; another member brings it back.',
  ],
];

test.each(SAID)('what happened to the members is kept as it is, and has words: %j', (change, words) => {
  expect(decodeChange(encodeChange(change))).toEqual(change);
  expect(changeWords(change)).toBe(words);
});

test('whatever no client writes is no change', () => {
  const wrong: unknown[] = [
    { kind: 'members', actor: 'Ada', added: ['Boris'] },
    { kind: 'members', actor: 1, added: [], removed: [] },
    { kind: 'stuck', person: 'x'.repeat(201) },
    { kind: 'handedOver', giver: 'Ada', to: ['Boris'], count: -1 },
    { kind: 'gone' },
    'Ada',
    null,
  ];
  for (const value of wrong) expect(decodeChange(encode(['chancery change v1', value]))).toBeUndefined();
  expect(decodeChange(encode(['chancery change v2', SAID[0]?.[0]]))).toBeUndefined();
  expect(decodeChange(Uint8Array.of(0xff))).toBeUndefined();
  expect(decodeChange(undefined)).toBeUndefined();
});
