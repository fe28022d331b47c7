import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { codeOf, json, run } from '../support/commandOf.js';

/** A client as small as one can be: the server asks for nothing but the page. */
const FILES: Readonly<Record<string, string>> = {
  '/index.html': '<!doctype html><title>Chancery</title><script type="module" src="/assets/index-1.js"></script>',
  '/assets/index-1.js': 'document.title = "Chancery";',
  '/sw.js': 'self.addEventListener("fetch", () => undefined);',
};

/** What a command was refused for. */
const refused = async (who: TestClient, ...args: string[]): Promise<string> =>
  codeOf(await run(who, ...args, '--json'));
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

let ministry: ClientMinistry;
let officer: TestClient;
let anna: TestClient;
let folder: string;
let manifest: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-web-'));
  for (const [address, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, address)), { recursive: true });
    writeFileSync(join(folder, address), content);
  }
  const hashes = Object.entries(FILES).map(([address, content]) => [address, sha256(content).toString('base64')]);
  manifest = JSON.stringify({ files: Object.fromEntries(hashes) as Record<string, string> });
  writeFileSync(join(folder, 'release.json'), manifest);
  ministry = await startMinistry([{ name: 'Anna Reyes' }], { environment: { CHANCERY_WEB_FOLDER: folder } });
  ({ officer } = ministry);
  [anna] = ministry.staff as [TestClient];
  for (const { client } of [officer, anna]) await client.close();
});
afterAll(async () => {
  await ministry.stop();
  rmSync(folder, { recursive: true });
});

test('a release that nobody has stated is not trusted, whatever the server says of it', async () => {
  const { url } = ministry.server;
  expect(await refused(anna, 'web', 'verify', url)).toBe('RELEASE_UNSTATED');
});

test('who may not appoint states none', async () => {
  expect(await refused(anna, 'web', 'publish', '--folder', folder)).toBe('STATEMENT_INVALID');
});

test('an officer states what was built, once, and everybody compares it with what is served', async () => {
  const { url } = ministry.server;
  const hash = sha256(manifest).toString('hex');
  const [stated] = await json(officer, 'web', 'publish', '--folder', folder);
  expect(stated).toMatchObject({ hash, files: 3 });
  expect(await json(officer, 'web', 'publish', '--folder', folder)).toEqual([stated]);
  expect(await json(anna, 'web', 'verify', `${url}/conversations`)).toMatchObject([{ url, hash, files: 3 }]);
  expect((await run(anna, 'web', 'verify', url)).out).toContain('serves the browser client that was stated: 3 files');
  expect(await json(anna, 'log', 'show')).toMatchObject([{ release: { hash } }]);
  expect((await run(anna, 'log', 'show')).out).toContain(hash);
});

test('a tampered file is found, and named', async () => {
  const { url } = ministry.server;
  const path = join(folder, 'assets', 'index-1.js');
  const before = readFileSync(path);
  appendFileSync(path, 'fetch("https://elsewhere.example");');
  const { code, err } = await run(anna, 'web', 'verify', url);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('/assets/index-1.js differs') as string });
  expect(await refused(officer, 'web', 'publish', '--folder', folder)).toBe('RELEASE_DIFFERS');

  const files = { ...(JSON.parse(manifest) as { files: object }).files };
  const forged = { files: { ...files, '/assets/index-1.js': sha256(readFileSync(path, 'utf8')).toString('base64') } };
  writeFileSync(join(folder, 'release.json'), JSON.stringify(forged)); // whoever changes a file changes the manifest, too
  expect((await run(anna, 'web', 'verify', url)).err).toContain('was stated at');

  writeFileSync(path, before);
  writeFileSync(join(folder, 'release.json'), manifest);
  await json(anna, 'web', 'verify', url);
});

test('a file that is changed only in the form in which browsers get it is found, too', async () => {
  const smaller = join(folder, 'assets', 'index-1.js.br');
  writeFileSync(smaller, brotliCompressSync(FILES['/assets/index-1.js'] ?? ''));
  await json(anna, 'web', 'verify', ministry.server.url);
  writeFileSync(smaller, brotliCompressSync('fetch("https://elsewhere.example");'));
  expect((await run(anna, 'web', 'verify', ministry.server.url)).err).toContain('/assets/index-1.js differs');
});

test('what is no address, and what serves no client, is said plainly', async () => {
  expect((await run(anna, 'web', 'verify', 'elsewhere')).code).toBe(2);
  expect(await refused(anna, 'web', 'verify', 'http://127.0.0.1:9')).toBe('SERVER_UNREACHABLE');
});
