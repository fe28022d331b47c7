import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const installed = join(import.meta.dirname, 'node_modules');

/** Where a file of an installed peer is. */
export const peerFile = (path: string): string => join(installed, path);

/**
 * A module of a peer, found by path, so that types and linting of the repository do not need the peers. The caller says
 * by a narrow type of its own what it uses of it.
 */
export async function loadPeer(path: string): Promise<unknown> {
  return (await import(pathToFileURL(peerFile(path)).href)) as unknown;
}
