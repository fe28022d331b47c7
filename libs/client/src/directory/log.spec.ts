import { generateSigningKeyPair, ready, sha256, sign, toBase64, toBase64Url, utf8 } from '#primitives';
import {
  ROOT_SIGNER,
  Directory,
  Frontier,
  assembleStatement,
  checkpointText,
  cosignatureLine,
  cosignedBytes,
  cosignerName,
  draftStatement,
  encodeNote,
  keyIdOf,
  leafHash,
  logOrigin,
  noteBytes,
  statementId,
} from '#transparency';
import type { NoteSignature, Signer, StatementBody } from '#transparency';

import { ChanceryError } from '../errors.js';
import { decodeExport, encodeExport, verifyExport } from './export.js';
import { objectionToCheckpoint } from './judgement.js';

const AT = Date.UTC(2026, 10, 21, 10);
const now = new Date(AT + 1000);
const ANNA = '019364d2-7c40-7000-8000-000000000001';
const LAPTOP = '019364d2-7c40-7000-8000-000000000002';
const POST = '019364d2-7c40-7000-8000-000000000003';

beforeAll(ready);

/** A ministry with one officer, and the server's log key. */
function makeMinistry() {
  const [root, identity, device, log] = [1, 2, 3, 4].map(() => generateSigningKeyPair());
  if (!root || !identity || !device || !log) throw new Error('four keys');
  const signed = (body: StatementBody, signer: Signer, key: typeof root): Uint8Array => {
    const draft = draftStatement(body);
    return assembleStatement(draft.body, signer, sign(key.privateKey, draft.bytesToSign));
  };
  const anna: Signer = { kind: 'person', id: ANNA };
  const { publicKey: rootKey } = root;
  const { publicKey: identityKey } = identity;
  const policyHash = sha256(utf8('policy'));
  const person = ANNA;
  const statements = [
    signed({ type: 'root', at: AT, ministry: POST, name: 'Ministry', rootKey, policyHash }, ROOT_SIGNER, root),
    signed({ type: 'appoint', at: AT, person, powers: ['witness'], mayAppoint: true, identityKey }, ROOT_SIGNER, root),
    signed({ type: 'serverKey', at: AT, purpose: 'log', key: log.publicKey }, ROOT_SIGNER, root),
  ];
  return { root, identity, device, log, signed, anna, statements };
}

type Ministry = ReturnType<typeof makeMinistry>;

const treeOf = (statements: readonly Uint8Array[]): Frontier =>
  statements.reduce((tree, statement) => tree.append(leafHash(statement)).next, Frontier.empty);

const originOf = ({ statements }: Ministry): string => logOrigin(statementId(statements[0] ?? new Uint8Array()));

function noteOf(ministry: Ministry, size: number, root: Uint8Array, key = ministry.log, more: NoteSignature[] = []) {
  const name = originOf(ministry);
  const text = checkpointText({ origin: name, size, root });
  const keyId = keyIdOf({ name, publicKey: key.publicKey }, 'ed25519');
  const signature = { name, keyId, signature: sign(key.privateKey, noteBytes(text)) };
  return Buffer.from(encodeNote({ text, signatures: [signature, ...more] })).toString();
}

function directoryOf({ statements }: Ministry): Directory {
  const directory = Directory.empty();
  for (const [index, statement] of statements.entries()) directory.apply(statement, index + 1);
  return directory;
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return error instanceof ChanceryError ? error.code : String(error);
  }
};

describe('a checkpoint that the server shows', () => {
  test('is judged by signature, size and root', () => {
    const ministry = makeMinistry();
    const directory = directoryOf(ministry);
    const { size, root } = treeOf(ministry.statements);
    const judge = (note: string | undefined) =>
      objectionToCheckpoint({ note, tree: { size, root }, directory, now })?.code;
    expect(judge(noteOf(ministry, size, root))).toBeUndefined();
    expect(judge(noteOf(ministry, size - 1, root))).toBe('LOG_ROLLED_BACK');
    expect(judge(noteOf(ministry, size + 1, root))).toBe('LOG_ROLLED_BACK');
    expect(judge(noteOf(ministry, size, sha256(root)))).toBe('LOG_FORKED');
    expect(judge(noteOf(ministry, size, root, ministry.device))).toBe('LOG_UNSIGNED');
    expect(judge(noteOf(ministry, size, sha256(root), ministry.device))).toBe('LOG_UNSIGNED');
    expect(judge(noteOf(makeMinistry(), size, root, ministry.log))).toBe('LOG_UNSIGNED');
    expect(judge(undefined)).toBe('LOG_UNSIGNED');
  });

  test('needs no signature while the directory names no key, but has to fit', () => {
    const ministry = makeMinistry();
    const older = { ...ministry, statements: ministry.statements.slice(0, 2) };
    const directory = directoryOf(older);
    const { size, root } = treeOf(older.statements);
    const judge = (note: string | undefined) =>
      objectionToCheckpoint({ note, tree: { size, root }, directory, now })?.code;
    expect(judge(undefined)).toBeUndefined();
    expect(judge(noteOf(older, size, root, ministry.device))).toBeUndefined();
    expect(judge(noteOf(older, size, sha256(root)))).toBe('LOG_FORKED');
  });
});

describe('an exported log', () => {
  const exportOf = (ministry: Ministry, more: NoteSignature[] = [], key = ministry.log): string => {
    const { size, root } = treeOf(ministry.statements);
    return encodeExport(noteOf(ministry, size, root, key, more), ministry.statements);
  };

  /** Anna is enrolled with a device, and cosigns. */
  function withDevice(ministry: Ministry): { ministry: Ministry; line: NoteSignature } {
    const { signed, anna, identity, device, statements, root } = ministry;
    const person = ANNA;
    const powers = ['enrol', 'witness'] as const;
    const appoint = { type: 'appoint', at: AT + 1, person, powers, mayAppoint: true } as const;
    const enrol = {
      type: 'enrol',
      at: AT + 1,
      person,
      name: 'Anna',
      post: POST,
      identityKey: identity.publicKey,
    } as const;
    const { publicKey: signatureKey } = device;
    const add = { type: 'addDevice', at: AT + 1, person, device: LAPTOP, name: 'Laptop', signatureKey } as const;
    const more = [signed(appoint, ROOT_SIGNER, root), signed(enrol, anna, identity), signed(add, anna, identity)];
    const grown = { ...ministry, statements: [...statements, ...more] };
    const tree = treeOf(grown.statements);
    const text = checkpointText({ origin: originOf(grown), size: tree.size, root: tree.root });
    const time = AT / 1000;
    const key = { name: cosignerName(statementId(statements[0]!), LAPTOP), publicKey: device.publicKey };
    const line = cosignatureLine(key, { time, signature: sign(device.privateKey, cosignedBytes(text, time)) });
    return { ministry: grown, line };
  }

  test('is replayed without a server, with its cosigners', () => {
    const { ministry, line } = withDevice(makeMinistry());
    const rootFingerprint = toBase64Url(statementId(ministry.statements[0]!));
    const report = verifyExport(exportOf(ministry, [line]), { now, rootFingerprint });
    expect(report).toMatchObject({ ministry: 'Ministry', size: 6, isPinned: true, rootFingerprint });
    expect(report.signedBy).toBe(toBase64(ministry.log.publicKey));
    const cosigner = { deviceId: LAPTOP, personName: 'Anna', isWitness: true, at: new Date(AT).toISOString() };
    expect(report.cosigners).toEqual([expect.objectContaining(cosigner)]);
  });

  test('shows no cosigner whose signature does not verify', () => {
    const { ministry, line } = withDevice(makeMinistry());
    const forged = { ...line, signature: line.signature.with(20, 1 ^ (line.signature[20] ?? 0)) };
    expect(verifyExport(exportOf(ministry, [forged]), { now }).cosigners).toEqual([]);
  });

  test('is refused when anything in it was changed', () => {
    const ministry = makeMinistry();
    const text = exportOf(ministry);
    const { checkpoint, statements } = decodeExport(text);
    const verify = (changed: string, options = {}) => codeOf(() => verifyExport(changed, { now, ...options }));
    expect(verify(text)).toBe('nothing');
    expect(verify('{}')).toBe('BAD_INPUT');
    expect(verify(encodeExport(checkpoint, []))).toBe('BAD_INPUT');
    expect(verify(encodeExport(checkpoint, statements.slice(0, 2)))).toBe('LOG_FORKED');
    expect(verify(encodeExport(checkpoint, statements.toReversed()))).toBe('STATEMENT_INVALID');
    expect(verify(encodeExport('no note', statements))).toBe('LOG_UNSIGNED');
    expect(verify(exportOf(ministry, [], ministry.device))).toBe('LOG_UNSIGNED');
    expect(verify(text, { rootFingerprint: toBase64Url(sha256(utf8('other'))) })).toBe('ROOT_MISMATCH');
  });

  test('has to continue an earlier one', () => {
    const earlier = makeMinistry();
    const { ministry: later } = withDevice(earlier);
    const verify = (text: string, before: string) => codeOf(() => verifyExport(text, { now, earlier: before }));
    expect(verify(exportOf(later), exportOf(earlier))).toBe('nothing');
    expect(verify(exportOf(earlier), exportOf(later))).toBe('LOG_ROLLED_BACK');
    const { signed, anna, identity } = earlier;
    const { publicKey: key } = generateSigningKeyPair();
    const stated = signed({ type: 'serverKey', at: AT + 5, purpose: 'delivery', key }, anna, identity);
    const other = { ...earlier, statements: [...earlier.statements, stated] };
    expect(verify(exportOf(later), exportOf(other))).toBe('LOG_FORKED');
  });
});
