import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where `npm run peers` puts the packages; below the source tree, not below dist. */
const peerFolder = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'peers', 'node_modules');

export const coreCryptoFolder = '@wireapp/core-crypto/dist/browser';

export const peerPath = (path: string): string => join(peerFolder, path);

/** They are installed together. */
export const arePeersThere = (): boolean => existsSync(peerFolder);

/**
 * A module of a peer, by path, so that nothing of Chancery depends on it. `Shape` says what the benchmark calls; that
 * the module has it shows at the first call.
 */
export async function importPeer<Shape>(path: string): Promise<Shape> {
  return (await import(pathToFileURL(peerPath(path)).href)) as Shape;
}
