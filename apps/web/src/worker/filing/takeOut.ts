import { zipSync } from 'fflate';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import { ExportDocumentsDocument } from '#contracts';
import type { ExportDocumentsMutation, ExportInput } from '#contracts';
import { sha256, toHex, utf8 } from '#primitives/verify';
import { exporterOf, MANIFEST_PATH, manifestOf, paperFiles } from '#publish';
import type { ExportedDocument, Exporter, MadeFile, ManifestDocument } from '#publish';

import { fonts } from './fonts.js';
import type { Progress, Scope, TakenOut, Wanted } from './protocol.js';

const PAGE = 10;

interface Outgoing {
  readonly document: ExportedDocument;
  readonly exporter: Exporter;
}

/** Takes papers out of Chancery as one file: a paper in one form as itself, anything else as a ZIP. */
export async function takeOut(
  client: Client,
  scope: Scope,
  { formats, isArchive }: Wanted,
  tell: (progress: Progress) => void,
): Promise<TakenOut> {
  const total = 'documentId' in scope ? 1 : scope.count;
  const taken: { document: ExportedDocument; files: readonly MadeFile[] }[] = [];
  const unprintable = new Set<string>();
  let by: Exporter | undefined;
  for await (const { document, exporter } of outgoing(client, scope)) {
    by = exporter;
    const made = await paperFiles(document, exporter, formats, fonts);
    for (const character of made.unprintable) unprintable.add(character);
    taken.push({ document, files: made.files });
    tell({ done: taken.length, total: Math.max(total, taken.length) });
  }
  const [first] = taken;
  if (!by || !first) throw new ChanceryError('NOT_FOUND', 'There is nothing that you may take out.');
  const file = first.files.find(({ name }) => name.endsWith(formats.includes('eml') ? '.eml' : `.${formats[0] ?? ''}`));
  const lost = [...unprintable];
  if ('documentId' in scope && !isArchive && file) return { ...file, bytes: owned(file.bytes), unprintable: lost };
  return { ...archive(scope, taken, by), unprintable: lost };
}

/** Structured clones want bytes of their own. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

async function* outgoing(client: Client, scope: Scope): AsyncGenerator<Outgoing> {
  let exporter: Exporter | undefined;
  let after: string | null = null;
  do {
    const what =
      'documentId' in scope ? { documentIds: [scope.documentId] } : { collectionId: scope.collectionId, after };
    const input: ExportInput = { ...what, first: PAGE, exportId: exporter?.stamp.exportId ?? null };
    const { exportDocuments: page }: ExportDocumentsMutation = await client.execute(ExportDocumentsDocument, { input });
    exporter ??= await exporterOf(client, page);
    for (const { node: document } of page.documents.edges) yield { document, exporter };
    after = page.documents.pageInfo.hasNextPage && !('documentId' in scope) ? page.documents.pageInfo.endCursor : null;
  } while (after !== null);
}

function archive(
  scope: Scope,
  taken: readonly { document: ExportedDocument; files: readonly MadeFile[] }[],
  exporter: Exporter,
): Omit<TakenOut, 'unprintable'> {
  const entries = taken.flatMap(({ files }) => files.map((file) => [`documents/${file.name}`, file.bytes] as const));
  const name = 'documentId' in scope ? (taken[0]?.document.title ?? '') : scope.name;
  const id = 'documentId' in scope ? (taken[0]?.document.collectionId ?? '') : scope.collectionId;
  const labels = taken.map(({ document }) => document.label);
  const manifest = manifestOf(taken.map(listed), { id, name }, exporter, labels);
  const text = utf8(JSON.stringify(manifest, undefined, 2));
  const bytes = zipSync({ ...Object.fromEntries(entries), [MANIFEST_PATH]: text }, { mtime: exporter.stamp.at });
  const plain = name.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-').slice(0, 60);
  return { name: `${plain === '' ? 'papers' : plain}.zip`, mediaType: 'application/zip', bytes: owned(bytes) };
}

function listed({ document, files }: { document: ExportedDocument; files: readonly MadeFile[] }): ManifestDocument {
  const { id, title, version, label } = document;
  return {
    ...{ id, version: version.number, title, marking: label.marking },
    files: files.map(({ name, bytes }) => ({
      ...{ path: `documents/${name}`, size: bytes.length },
      sha256: toHex(sha256(bytes)),
    })),
  };
}
