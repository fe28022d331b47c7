import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { ReleaseView } from '#client';
import { toHex } from '#primitives';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { MANIFEST, differences, readManifest } from '../release/manifest.js';
import type { Difference, Manifest } from '../release/manifest.js';
import { ENCODINGS, served } from '../release/served.js';
import { packagePath } from '../root.js';
import { withClient } from '../session.js';
import { fields } from '../terminal/fields.js';
import type { Terminal } from '../terminal/terminal.js';

export function webCommand(terminal: Terminal): Command {
  return family('web', 'The browser client: which release the ministry has stated, and whether a server serves it.', [
    publishCommand(terminal),
    verifyCommand(terminal),
  ]);
}

interface PublishFlags extends VaultFlags {
  readonly folder?: string;
}

function publishCommand(terminal: Terminal): Command {
  return vaultCommand(
    'publish',
    'State in the transparency log that this is the browser client of the ministry; for officers who may appoint.',
    'chancery web publish',
    'chancery web publish --folder /srv/chancery/web',
  )
    .option('--folder <folder>', 'where it was built; default: dist/web of this package')
    .action(
      withClient<PublishFlags>(terminal, async ({ client, report }, { folder = packagePath('dist', 'web') }) => {
        const manifest = readManifest(await readFile(join(folder, MANIFEST)));
        const found = await differences(manifest, (address) => fileOf(folder, address));
        if (found.length > 0) throw differing(`${resolve(folder)} is not as it was built`, found);
        const stated = await client.log.publishRelease(manifest.hash);
        report.result({ ...stated, files: manifest.files.size }, () => `Stated: ${stated.hash}\n${when(stated)}`);
      }),
    );
}

async function fileOf(folder: string, address: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(join(folder, address));
  } catch {
    return undefined;
  }
}

function verifyCommand(terminal: Terminal): Command {
  return vaultCommand(
    'verify',
    'Compare the browser client that a server serves with the release that an officer has stated, file by file.',
    'chancery web verify https://chancery.example',
  )
    .argument('<url>', 'address of the server, as browsers open it', originOf)
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, url) => {
        await client.catchUp();
        const manifest = await servedManifest(url);
        const found = await servedDifferences(url, manifest);
        if (found.length > 0) throw differing(`${url} serves what its release does not name`, found);
        const stated = requireStated((await client.log.show()).release, manifest);
        const result = {
          url,
          hash: stated.hash,
          files: manifest.files.size,
          statedAt: stated.at,
          statement: stated.seq,
        };
        report.result(result, () => words(terminal, url, manifest, stated));
      }),
    );
}

async function servedManifest(url: string): Promise<Manifest> {
  const bytes = await served(url, `/${MANIFEST}`);
  if (!bytes)
    throw new ChanceryError('NOT_FOUND', `${url} serves no ${MANIFEST}: it has no browser client, or an older one.`);
  return readManifest(bytes);
}

/** By address, each once. */
async function servedDifferences(url: string, manifest: Manifest): Promise<Difference[]> {
  const found = new Map<string, Difference>();
  for (const encoding of ENCODINGS) {
    const files = await differences(manifest, (address) => served(url, address, encoding));
    const page = await differences(pageAlone(manifest), () => served(url, '/', encoding));
    for (const one of [...files, ...page.map((first) => ({ ...first, address: '/' }))]) found.set(one.address, one);
  }
  return [...found.values()];
}

/** Servers give the page at the root, too, where people begin. */
function pageAlone({ files, hash }: Manifest): Manifest {
  return { files: new Map([...files].filter(([address]) => address === '/index.html')), hash };
}

/** @throws ChanceryError RELEASE_DIFFERS, RELEASE_UNSTATED */
function requireStated(stated: ReleaseView | undefined, { hash }: Manifest): ReleaseView {
  if (!stated) throw new ChanceryError('RELEASE_UNSTATED', 'No officer has stated a release of the browser client.');
  if (stated.hash !== toHex(hash)) {
    throw new ChanceryError(
      'RELEASE_DIFFERS',
      `The server serves ${toHex(hash)}; ${stated.hash} was stated at ${stated.at}.`,
    );
  }
  return stated;
}

function differing(what: string, found: readonly Difference[]): ChanceryError {
  const named = found.map(({ address, problem }) => `${address} ${problem === 'missing' ? 'is missing' : 'differs'}`);
  return new ChanceryError('RELEASE_DIFFERS', `${what}: ${named.join(', ')}.`, { field: found[0]?.address });
}

function words(terminal: Terminal, url: string, { files }: Manifest, stated: ReleaseView): string {
  const { colours } = terminal;
  return [
    colours.green(`${url} serves the browser client that was stated: ${String(files.size)} files.`),
    fields(terminal, [
      ['Release', stated.hash],
      ['Stated', when(stated)],
    ]),
    colours.dim(
      'This was asked from here and now. What is served to somebody else, or later, is asked from there, and then.',
    ),
  ].join('\n');
}

const when = ({ at, seq }: ReleaseView): string => `${at}, statement ${String(seq)} of the log`;

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw usage(`"${text}" is no address of a server`, 'url');
  return url.origin;
}
