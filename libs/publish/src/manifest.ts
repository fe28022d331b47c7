import { join, marking } from '#policy';
import type { Label } from '#policy';

import type { Exporter } from './exported.js';

/** One file of an archive. */
export interface ManifestFile {
  /** Inside the archive, with slashes. */
  readonly path: string;
  readonly size: number;
  /** SHA-256, in lower-case hexadecimal digits. */
  readonly sha256: string;
}

export interface ManifestDocument {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly marking: string;
  readonly files: readonly ManifestFile[];
}

/** What an archive holds and who took it out; stands in it as `manifest.json`. */
export interface Manifest {
  readonly format: 'chancery-export';
  readonly formatVersion: 1;
  readonly exportId: string;
  readonly at: string;
  readonly ministry: string;
  readonly person: string;
  readonly post: string;
  readonly collection: { readonly id: string; readonly name: string };
  /** The highest of what is in it, in words. */
  readonly marking: string;
  readonly documents: readonly ManifestDocument[];
}

export const MANIFEST_PATH = 'manifest.json';

/** What was found wrong with an archive. */
export interface ManifestProblem {
  readonly path: string;
  readonly problem: 'missing' | 'changed' | 'unlisted' | 'twice';
}

/** The manifest of an archive; its marking is the highest of `labels`, those of what is in it. */
export function manifestOf(
  documents: readonly ManifestDocument[],
  collection: Manifest['collection'],
  { policy, stamp }: Exporter,
  labels: readonly Label[],
): Manifest {
  const { exportId, at, ministry, person, post } = stamp;
  return {
    ...{ format: 'chancery-export', formatVersion: 1, exportId, at: at.toISOString(), ministry, person, post },
    ...{ collection, marking: marking(join(labels, policy), policy), documents },
  };
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Reads what an archive says of itself; undefined for what is no manifest of this format. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Partial<Manifest> | null;
    const isKnown = value?.format === 'chancery-export' && value.formatVersion === 1;
    const files = isKnown ? value.documents?.flatMap((document) => document.files) : undefined;
    const isWhole = files?.every(({ path, sha256 }) => typeof path === 'string' && SHA256.test(sha256)) === true;
    return isWhole ? (value as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Compares what is listed with what is there. */
export function checkManifest(manifest: Manifest, found: readonly ManifestFile[]): ManifestProblem[] {
  const listed = manifest.documents.flatMap(({ files }) => files);
  const there = new Map<string, ManifestFile>();
  const problems: ManifestProblem[] = [];
  for (const file of found) {
    if (there.has(file.path)) problems.push({ path: file.path, problem: 'twice' });
    there.set(file.path, file);
  }
  for (const { path, sha256, size } of listed) {
    const file = there.get(path);
    if (!file) problems.push({ path, problem: 'missing' });
    else if (file.sha256 !== sha256 || file.size !== size) problems.push({ path, problem: 'changed' });
    there.delete(path);
  }
  return [...problems, ...[...there.keys()].map((path) => ({ path, problem: 'unlisted' as const }))];
}
