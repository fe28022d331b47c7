import { join } from 'node:path';

import ts from 'typescript';

import { root } from './run.js';

/**
 * What crosses the border of `#mls`, read by the compiler: no caller gives a nonce or anything else that may be used
 * once only, and bytes that are secret leave through the few doors that are listed here.
 */
const entry = join(root, 'libs', 'mls', 'src', 'index.ts');
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
  config: object;
};
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [entry] }, ts.sys, root);
const program = ts.createProgram([entry], { ...options, noEmit: true });
const checker = program.getTypeChecker();

interface Named {
  readonly path: string;
  readonly type: ts.Type;
}

const exported = exportsOf();

/** The values that `#mls` exports, by name. */
function exportsOf(): Named[] {
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error('the entry of mls has no exports');
  return checker
    .getExportsOfModule(module)
    .map((symbol) => ({
      path: symbol.name,
      symbol: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    }))
    .filter(({ symbol }) => symbol.valueDeclaration !== undefined)
    .flatMap(({ path, symbol }) => [
      { path, type: checker.getTypeOfSymbol(symbol) },
      ...(symbol.flags & ts.SymbolFlags.Class
        ? [{ path: `${path}#`, type: checker.getDeclaredTypeOfSymbol(symbol) }]
        : []),
    ]);
}

const isExportedClass = (type: ts.Type): boolean => type.isClass() && exported.some((named) => named.type === type);

/** Every function of the interface: exported ones, and the public static and instance methods of classes. */
const functionsOf = (): { path: string; signature: ts.Signature }[] =>
  exported.flatMap(({ path, type }) => [...signaturesOf(path, type), ...membersOf(`${path}.`, type)]);

/** What can be read from exported values and objects without calling anything. */
const gettersOf = (): Named[] => exported.flatMap(({ path, type }) => propertiesOf(path, type));

const signaturesOf = (path: string, type: ts.Type) =>
  type.getCallSignatures().map((signature) => ({ path, signature }));

const membersOf = (prefix: string, type: ts.Type) =>
  type
    .getProperties()
    .filter(isPublic)
    .flatMap((member) => signaturesOf(prefix + member.name, checker.getTypeOfSymbol(member)));

function isPublic(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !declaration.getSourceFile().fileName.startsWith(join(root, 'libs'))) return false;
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) === 0;
}

/** All properties that can be reached from a type, through objects, lists and unions; bytes are leaves. */
function reachable({ path, type }: Named, above: readonly ts.Type[] = []): Named[] {
  if (isBytes(type)) return [{ path, type }];
  if (above.includes(type) || isExportedClass(type)) return [];
  const parts = [...partsOf(path, type), ...elementsOf(path, type), ...propertiesOf(path, type)];
  return [{ path, type }, ...parts.flatMap((part) => reachable(part, [...above, type]))];
}

const partsOf = (path: string, type: ts.Type): Named[] =>
  type.isUnionOrIntersection() ? type.types.map((part) => ({ path, type: part })) : [];

const lists = new Set(['Array', 'ReadonlyArray', 'Map', 'ReadonlyMap', 'Set', 'ReadonlySet']);

const elementsOf = (path: string, type: ts.Type): Named[] =>
  lists.has(nameOf(type))
    ? checker.getTypeArguments(type as ts.TypeReference).map((element) => ({ path: `${path}[]`, type: element }))
    : [];

const propertiesOf = (path: string, type: ts.Type): Named[] =>
  type
    .getProperties()
    .filter(isPublic)
    .map((property) => ({ path: `${path}.${property.name}`, type: checker.getTypeOfSymbol(property) }));

// The compiler promises a symbol where there may be none.
const nameOf = (type: ts.Type): string => type.getSymbol()?.name ?? '';

const isBytes = (type: ts.Type): boolean => nameOf(type) === 'Uint8Array';

const functions = functionsOf();

/** Bytes that anybody may see, by the last part of their path: messages, public keys, names, hashes. */
const publicBytes = new Set(
  [
    ['authenticatedData', 'certificates[]', 'commit', 'data', 'encryptionKey', 'extension', 'extensions[]'],
    ['extensionsAfter[]', 'externalSendersExtension', 'groupId', 'groupInfo', 'id', 'identity', 'initKey', 'kemOutput'],
    ['keyPackage', 'keyPackageRef', 'nonce', 'parentHash', 'ratchetTree', 'ref', 'serialize', 'signature'],
    ['signatureKey', 'signExternalRemove', 'toBeSigned', 'treeHash', 'welcome', 'welcomeRecipients[]'],
    ['encrypt', 'proposeAdd', 'proposeExtensions', 'proposePsk', 'proposeReinit', 'proposeRemove'],
    ['proposeSelfRemove', 'proposeUpdate', 'requiredCapabilitiesExtension'],
  ].flat(),
);

/** The doors through which a secret leaves, and why each must. */
const secretDoors = {
  'Group#.decrypt.plaintext': 'what the group is for',
  'Group#.epochAuthenticator': 'people compare it',
  'Group#.exportSecret': "RFC 9420 section 8.5: the application's own secrets",
  'Group#.takeChanges.put[]': 'the state, to be stored sealed',
  'createKeyPackage.secrets': 'opaque, to be stored sealed until a Welcome comes',
};

test('the interface is there to be read', () => {
  const names = functions.map(({ path }) => path);
  expect(names).toEqual(expect.arrayContaining(['createKeyPackage', 'Group.create', 'Group#.encrypt']));
});

test('no function takes a nonce or any other value that serves once', () => {
  const taken = functions.flatMap(({ path, signature }) =>
    signature.parameters
      .map((parameter) => ({ path: `${path}(${parameter.name}`, type: checker.getTypeOfSymbol(parameter) }))
      .flatMap((parameter) => reachable(parameter).map((named) => named.path)),
  );
  expect(taken).toEqual(expect.arrayContaining(['Group#.encrypt(plaintext', 'Group#.commit(parameters.add[]']));
  expect(taken.filter((path) => /nonce|\biv\b|generation|ephemeral|random|counter/i.test(path))).toEqual([]);
});

test('bytes that leave are public, but for those that need to leave', () => {
  const results = functions.map(({ path, signature }) => ({ path, type: signature.getReturnType() }));
  const given = new Set([...results, ...gettersOf()].flatMap(bytesOf));
  const secret = [...given].filter((path) => !publicBytes.has(path.split(/[.#]+/).at(-1) ?? ''));
  expect(secret.sort()).toEqual(Object.keys(secretDoors).sort());
});

const bytesOf = (named: Named): string[] =>
  reachable(named)
    .filter(({ type }) => isBytes(type))
    .map(({ path }) => path);
