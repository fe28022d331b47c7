import { generateSigningKeyPair, ready, sign, utf8 } from '#primitives';

import {
  checkGrowth,
  checkpointText,
  cosignatureLine,
  cosignaturesBy,
  cosignedBytes,
  openCheckpoint,
  parseCheckpoint,
} from './checkpoint.js';
import type { LogError } from './error.js';
import { emptyRoot } from './merkleTree.js';
import {
  decodeNote,
  decodeVerifierKey,
  encodeNote,
  encodeVerifierKey,
  isKeyName,
  isNoteSignedBy,
  keyIdOf,
  noteBytes,
} from './note.js';

beforeAll(ready);

const codeOf = (action: () => unknown): string => {
  try {
    action();
    return 'nothing';
  } catch (error) {
    return (error as LogError).code;
  }
};

const dash = '\u2014';
const zeros68 = Buffer.alloc(68).toString('base64');
/** The example of c2sp.org/signed-note. */
const example = {
  key: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: `This is an example message.\n\n${dash} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n`,
};

describe('a signed note', () => {
  test('of the specification verifies with its key, and comes out as it went in', () => {
    const key = decodeVerifierKey(example.key, 'ed25519');
    const note = decodeNote(utf8(example.note));
    expect(key.name).toBe('example.com/foo');
    expect(isNoteSignedBy(note, key)).toBe(true);
    expect(encodeVerifierKey(key, 'ed25519')).toBe(example.key);
    expect(encodeNote(note)).toEqual(utf8(example.note));
  });

  test('with a changed text is refused, and signatures by strangers are passed over', () => {
    const key = decodeVerifierKey(example.key, 'ed25519');
    const changed = decodeNote(utf8(example.note.replace('message', 'massage')));
    expect(codeOf(() => isNoteSignedBy(changed, key))).toBe('BAD_SIGNATURE');
    const stranger = { name: 'example.com/foo', publicKey: generateSigningKeyPair().publicKey };
    expect(isNoteSignedBy(decodeNote(utf8(example.note)), stranger)).toBe(false);
  });

  test('may have empty lines in its text', () => {
    const note = decodeNote(utf8(`one\n\ntwo\n\n${dash} a ${zeros68}\n`));
    expect(note.text).toBe('one\n\ntwo\n');
  });

  test.each([
    ['nothing', ''],
    ['no signature', 'text\n'],
    ['no newline at the end', example.note.slice(0, -1)],
    ['a tab', example.note.replace('This', '\tThis')],
    ['another dash', example.note.replace(dash, '-')],
    ['a name with a plus', example.note.replace('com/foo', 'com+foo')],
    ['a short signature', `text\n\n${dash} a AAAA\n`],
    ['no base64', `text\n\n${dash} a A=A=\n`],
    ['too many signatures', `text\n\n${`${dash} a ${zeros68}\n`.repeat(257)}`],
    ['too many bytes', `${'a'.repeat(70_000)}\n\n${dash} a ${zeros68}\n`],
  ])('with %s is malformed', (_, text) => {
    expect(codeOf(() => decodeNote(utf8(text)))).toBe('MALFORMED');
  });

  test('is UTF-8', () => {
    expect(codeOf(() => decodeNote(Uint8Array.of(0xff, 0x0a, 0x0a, 0x0a)))).toBe('MALFORMED');
  });

  test.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'a\u2003b'])('no key is called %j', (name) => {
    expect(isKeyName(name)).toBe(false);
  });

  test.each(['', 'a+b', 'example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k', `${example.key}A`])(
    'no key is written %j',
    (text) => {
      expect(codeOf(() => decodeVerifierKey(text, 'ed25519'))).toBe('MALFORMED');
    },
  );
});

describe('a checkpoint', () => {
  const origin = 'ministry.example/log';
  const zeros = Buffer.alloc(32).toString('base64');
  const text = `${origin}\n7\n${zeros}\n`;
  let keys: ReturnType<typeof generateSigningKeyPair>;

  beforeAll(() => {
    keys = generateSigningKeyPair();
  });

  const log = () => ({ key: { name: origin, publicKey: keys.publicKey }, privateKey: keys.privateKey });

  const signed = (body = text) => {
    const { key, privateKey } = log();
    const line = { name: origin, keyId: keyIdOf(key, 'ed25519'), signature: sign(privateKey, noteBytes(body)) };
    return { text: body, signatures: [line] };
  };

  test('opens with the key of its log', () => {
    const { checkpoint } = openCheckpoint(encodeNote(signed()), log().key);
    expect(checkpoint).toEqual({ origin, size: 7, root: new Uint8Array(32) });
    expect(checkpointText(checkpoint)).toBe(text);
  });

  test('of another log, or signed by nobody, is refused', () => {
    const { key } = log();
    const other = { ...key, name: 'other.example/log' };
    const stranger = { name: origin, publicKey: generateSigningKeyPair().publicKey };
    expect(codeOf(() => openCheckpoint(encodeNote(signed()), other))).toBe('OTHER_LOG');
    expect(codeOf(() => openCheckpoint(encodeNote(signed()), stranger))).toBe('UNSIGNED');
  });

  test.each([
    ['a leading zero', text.replace('\n7\n', '\n07\n')],
    ['a sign', text.replace('\n7\n', '\n+7\n')],
    ['a size beyond what is counted', text.replace('\n7\n', '\n9007199254740993\n')],
    ['an extension', `${text}more\n`],
    ['no origin', text.replace(origin, '')],
    ['a short root', text.replace(/\n[^\n]*\n$/, '\nAAAA\n')],
    ['an empty tree with a root of its own', text.replace('\n7\n', '\n0\n')],
    ['no newline', text.trimEnd()],
  ])('with %s is malformed', (_, body) => {
    expect(codeOf(() => parseCheckpoint(body))).toBe('MALFORMED');
  });

  test('carries cosignatures that say when', () => {
    const { publicKey, privateKey } = generateSigningKeyPair();
    const witness = { name: 'mission.example/geneva', publicKey };
    const time = 1_763_720_000;
    const signature = sign(privateKey, cosignedBytes(text, time));
    const note = signed();
    const cosigned = { ...note, signatures: [...note.signatures, cosignatureLine(witness, { time, signature })] };
    const opened = openCheckpoint(encodeNote(cosigned), log().key).note;
    expect(cosignaturesBy(opened, witness)).toEqual([{ time, signature }]);
    expect(cosignaturesBy(opened, { ...witness, name: 'mission.example/paris' })).toEqual([]);
    const later = {
      ...note,
      signatures: [...note.signatures, cosignatureLine(witness, { time: time + 1, signature })],
    };
    expect(codeOf(() => cosignaturesBy(later, witness))).toBe('BAD_SIGNATURE');
  });

  test('that went back, or belongs elsewhere, is told from growth', () => {
    const root = new Uint8Array(32).fill(1);
    const seen = { origin, size: 7, root };
    expect(
      codeOf(() => {
        checkGrowth(seen, { origin, size: 6, root }, []);
      }),
    ).toBe('ROLLED_BACK');
    expect(
      codeOf(() => {
        checkGrowth(seen, { origin, size: 7, root: emptyRoot() }, []);
      }),
    ).toBe('FORKED');
    expect(
      codeOf(() => {
        checkGrowth(seen, { origin, size: 9, root }, [root, root]);
      }),
    ).toBe('FORKED');
    expect(
      codeOf(() => {
        checkGrowth(seen, { origin: 'other', size: 9, root }, []);
      }),
    ).toBe('OTHER_LOG');
    checkGrowth(seen, seen, []);
  });
});
