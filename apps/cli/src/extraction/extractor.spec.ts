import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

import type { FileDocument } from '#ingest';
import { genericMinistry } from '#policy';

import { buildCommand } from '../../../../test/support/commandLine.js';
import { packagePath } from '../root.js';
import { confinedArguments, EXTRACTION_LIMITS } from './confinement.js';
import { Extractor } from './extractor.js';

const DIST = process.env['CHANCERY_DIST'] ?? packagePath('dist');
const MIB = 1024 * 1024;

beforeAll(buildCommand);

/** Runs code under the same restrictions as the worker, behind the same closed network; answers what each attempt came to. */
function attempt(attempts: Readonly<Record<string, string>>): Record<string, string> {
  const lock = `${DIST}/apps/cli/src/extraction/lock.js`;
  const bodies = Object.entries(attempts).map(([name, code]) => `${JSON.stringify(name)}: async () => { ${code} }`);
  const program = `
    const { closeNetwork } = await import(${JSON.stringify(`file://${lock}`)});
    closeNetwork();
    const fs = await import('node:fs');
    const results = {};
    const wait = (one) => new Promise((resolve, reject) => { one.on('error', reject); one.on('connect', resolve); });
    for (const [name, run] of Object.entries({ ${bodies.join(',')} })) {
      try { await run(); results[name] = 'DONE'; } catch (error) { results[name] = error.code ?? error.name; }
    }
    fs.writeSync(1, JSON.stringify(results));
  `;
  const confined = confinedArguments('-e', DIST, EXTRACTION_LIMITS).slice(0, -1);
  const { stdout, stderr } = spawnSync(process.execPath, [...confined, '--input-type=module', '-e', program], {
    env: {},
    cwd: packagePath(),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, string>;
}

describe('a worker', () => {
  let folder: string;
  let server: Server;
  let port: number;
  let connections = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-confined-'));
    writeFileSync(join(folder, 'secret'), 'secret');
    server = createServer(() => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('reads, lists and writes no file outside of its own program, and starts nothing', () => {
    const secret = JSON.stringify(join(folder, 'secret'));
    const results = attempt({
      read: `fs.readFileSync(${secret})`,
      readPromise: `await fs.promises.readFile(${secret})`,
      stream: `for await (const _ of fs.createReadStream(${secret}));`,
      passwd: `fs.readFileSync('/etc/passwd')`,
      list: `fs.readdirSync('/')`,
      stat: `fs.statSync(${secret})`,
      link: `fs.symlinkSync(${secret}, ${JSON.stringify(join(folder, 'link'))})`,
      write: `fs.writeFileSync(${JSON.stringify(join(folder, 'new'))}, 'x')`,
      writeOwn: `fs.writeFileSync(${JSON.stringify(`${DIST}/libs/ingest/new.js`)}, 'x')`,
      environmentFile: `fs.readFileSync('/proc/self/environ')`,
      shell: `(await import('node:child_process')).execSync('id')`,
      thread: `new (await import('node:worker_threads')).Worker('1', { eval: true })`,
      binding: `process.binding('tcp_wrap')`,
      strings: `new Function('return 1')()`,
      evaluated: `(0, eval)('1')`,
    });
    for (const [name, result] of Object.entries(results)) expect([name, result]).not.toEqual([name, 'DONE']);
    expect(attempt({ own: `fs.readFileSync(${JSON.stringify(`${DIST}/libs/ingest/src/index.js`)})` })).toEqual({
      own: 'DONE',
    });
  });

  test('opens no connection by any public way, and nobody hears of it', () => {
    const results = attempt({
      connect: `await wait((await import('node:net')).connect(${port}, '127.0.0.1'))`,
      socket: `const { Socket } = await import('node:net'); await wait(new Socket().connect(${port}, '127.0.0.1'))`,
      http: `await wait((await import('node:http')).get('http://127.0.0.1:${port}/'))`,
      https: `await wait((await import('node:https')).get('https://127.0.0.1:${port}/'))`,
      http2: `await wait((await import('node:http2')).connect('http://127.0.0.1:${port}'))`,
      tls: `await wait((await import('node:tls')).connect(${port}, '127.0.0.1'))`,
      udp: `(await import('node:dgram')).createSocket('udp4').send('x', ${port}, '127.0.0.1')`,
      lookup: `await (await import('node:dns')).promises.lookup('localhost')`,
      resolve: `await new (await import('node:dns')).promises.Resolver().resolve4('example.org')`,
      fetch: `await fetch('http://127.0.0.1:${port}/')`,
      webSocket: `await new Promise((resolve, reject) => { const one = new WebSocket('ws://127.0.0.1:${port}/'); one.onopen = resolve; one.onerror = reject; })`,
      listen: `(await import('node:net')).createServer().listen(0)`,
      inspector: `(await import('node:inspector')).open(0)`,
      late: `const { createRequire } = await import('node:module'); createRequire('/x.js')('net').connect(${port}, '127.0.0.1')`,
    });
    for (const [name, result] of Object.entries(results)) expect([name, result]).not.toEqual([name, 'DONE']);
    expect(connections).toBe(0);
  });
});

/** A ZIP of deflated parts. */
function zip(parts: Readonly<Record<string, string>>): Buffer {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const [title, packed] = [Buffer.from(name), deflateRawSync(content)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(Buffer.byteLength(content), 18);
    common.writeUInt16LE(title.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, title, packed]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, place, title]));
    files.push(file);
    at += file.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, ...directory, end]);
}

/** A sheet of so many empty cells: 15 bytes each in the file, many times that as a tree. */
const sheet = (cells: number): Buffer =>
  zip({
    'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r" xmlns:r="r"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': '<R><Relationship Id="r" Type="t/worksheet" Target="sheet.xml"/></R>',
    'xl/sheet.xml': `<worksheet><sheetData><row>${'<c><v>1</v></c>'.repeat(cells)}</row></sheetData></worksheet>`,
  });

describe('an extraction', () => {
  let extractor: Extractor | undefined;
  afterEach(() => extractor?.close());

  async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 1000) yield await Promise.resolve(content.subarray(at, at + 1000));
  }
  async function read(name: string, content: Buffer | string): Promise<FileDocument[]> {
    const found: FileDocument[] = [];
    const request = { name, volume: name, policy: genericMinistry, content: pieces(Buffer.from(content)) };
    for await (const document of extractor!.read(request)) found.push(document);
    return found;
  }

  test('a file that takes too much memory costs its worker, not the next file', async () => {
    extractor = new Extractor({ ...EXTRACTION_LIMITS, memoryBytes: 160 * MIB });
    const [bomb] = await read('bomb.xlsx', sheet(1_000_000));
    expect(bomb).toMatchObject({ failure: 'refused', problems: [{ reason: 'it takes more memory than is allowed' }] });
    const [next] = await read('next.txt', 'Title\n\nText.');
    expect(next?.paper).toMatchObject({ title: 'Title', body: 'Text.' });
    expect(extractor.memory.worker).toBeLessThan(320 * MIB);
  }, 60_000);

  test('a file that takes too much time or says too much is given up', async () => {
    extractor = new Extractor({ ...EXTRACTION_LIMITS, milliseconds: 100 });
    const [slow] = await read('slow.xlsx', sheet(300_000));
    expect(slow).toMatchObject({ failure: 'refused', problems: [{ reason: 'it takes more time than is allowed' }] });
    extractor.close();
    extractor = new Extractor({ ...EXTRACTION_LIMITS, outputBytes: 5000 });
    const [long] = await read('long.txt', 'word '.repeat(2000));
    expect(long).toMatchObject({ failure: 'refused', problems: [{ reason: 'more comes out of it than is allowed' }] });
    expect((await read('short.txt', 'Title\n\nText.'))[0]?.paper?.title).toBe('Title');
  }, 60_000);

  test('one worker reads many files, and is replaced when it has read enough', async () => {
    extractor = new Extractor({ ...EXTRACTION_LIMITS, files: 2 });
    for (let n = 0; n < 5; n += 1) {
      const [document] = await read(`${n}.txt`, `Paper ${n}\n\nText with a lone surrogate: \ud800.`);
      expect(document?.paper?.title).toBe(`Paper ${n}`);
    }
  }, 60_000);

  test('who stops listening in the middle of a file gets the next one whole', async () => {
    extractor = new Extractor();
    const text =
      '<TEI><div type="document" xml:id="d1" n="1"><head>1. A</head></div><div type="document" xml:id="d2" n="2"><head>2. B</head></div></TEI>';
    const request = { name: 'v.xml', volume: 'v', policy: genericMinistry, content: pieces(Buffer.from(text)) };
    for await (const { sourceId } of extractor.read(request)) {
      expect(sourceId).toBe('v#d1');
      break;
    }
    expect((await read('next.txt', 'Next\n\nText.')).map(({ sourceId }) => sourceId)).toEqual(['next.txt']);
  }, 60_000);

  test('a file that cannot be read to its end is an error of who asked, and the next one is read', async () => {
    extractor = new Extractor();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('Half'));
      throw new Error('the disk is gone');
    }
    const request = { name: 'half.txt', volume: 'half', policy: genericMinistry, content: broken() };
    await expect(extractor.read(request).next()).rejects.toThrow('the disk is gone');
    expect((await read('next.txt', 'Next\n\nText.'))[0]?.paper?.title).toBe('Next');
  }, 60_000);
});
