import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { blockHash, documentFromText } from '#document';
import type { BlockDocument } from '#document';

import { DocumentState } from '../documents/document.entity.js';
import { DocumentsService } from '../documents/documents.service.js';
import { Notices } from '../notices/notices.service.js';
import { NoticeKind } from '../notices/notices.types.js';
import { ownerOf } from '../owners/ownerOf.js';
import { ReadingService } from '../reading.service.js';
import { LinkState } from './links.types.js';

interface LinkRow {
  readonly id: string;
  readonly source_id: string;
  readonly target_id: string;
  readonly target_block: string;
  readonly cited_version: number | null;
  readonly block_hash: Buffer | null;
  readonly current_hash: Buffer | null;
  readonly state: LinkState;
}

interface Target {
  readonly version: number;
  readonly state: DocumentState;
}

/** What a link says after its target was looked at. */
type Verdict = Pick<LinkRow, 'block_hash' | 'current_hash' | 'state'>;

/**
 * Compares what was cited with what its source says now. Runs as part of a job after a document has changed, so that filing takes no
 * longer for a link whose target is there than for one whose target is not.
 */
@Injectable()
export class Citations {
  constructor(
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly notices: Notices,
  ) {}

  /** Looks at every link from and to these documents; who owns the citing paper gets a notice, once for each change. */
  async follow(documentIds: readonly string[], manager: EntityManager): Promise<void> {
    const targets = await manager.query<{ id: string }[]>(
      `SELECT DISTINCT target_id AS id FROM document_link
       WHERE target_id = ANY($1) OR (source_id = ANY($1) AND target_block <> '' AND block_hash IS NULL) ORDER BY 1`,
      [documentIds],
    );
    // one at a time: the blocks of a document may be large
    for (const { id } of targets) await this.followTarget(id, manager);
  }

  private async followTarget(id: string, manager: EntityManager): Promise<void> {
    const [target] = await manager.query<Target[]>('SELECT version, state FROM document WHERE id = $1', [id]);
    if (!target) return;
    const rows = await manager.query<LinkRow[]>(
      `SELECT id, source_id, target_id, target_block, cited_version, block_hash, current_hash, state
       FROM document_link WHERE target_id = $1 ORDER BY id FOR UPDATE`,
      [id],
    );
    const hashes = new Hashes(id, manager);
    for (const row of rows) {
      const verdict = await judge(row, target, hashes);
      if (!differs(row, verdict)) continue;
      await manager.query('UPDATE document_link SET block_hash = $2, current_hash = $3, state = $4 WHERE id = $1', [
        row.id,
        verdict.block_hash,
        verdict.current_hash,
        verdict.state,
      ]);
      if (verdict.state !== LinkState.CURRENT) await this.tell(row, target, manager);
    }
  }

  /** Who may not read the source learns nothing of its change. */
  private async tell(
    { id, source_id, target_id }: LinkRow,
    { version }: Target,
    manager: EntityManager,
  ): Promise<void> {
    const owner = await ownerOf(source_id, manager);
    if (owner === null) return;
    const { filter } = await this.reading.readerOfPerson(owner);
    if ((await this.documents.byIds([target_id], filter)).length === 0) return;
    const about = { kind: NoticeKind.CITATION_CHANGED, documentId: source_id, subject: `${id}/${String(version)}` };
    await this.notices.give(manager, { personIds: [owner], ...about });
  }
}

async function judge(row: LinkRow, { version, state }: Target, hashes: Hashes): Promise<Verdict> {
  const isSuperseded = state === DocumentState.SUPERSEDED;
  if (row.target_block === '') {
    const said = isSuperseded ? LinkState.SUPERSEDED : LinkState.CURRENT;
    return { block_hash: null, current_hash: null, state: said };
  }
  const current = await hashes.of(version, row.target_block);
  const cited = row.block_hash ?? (await hashes.of(row.cited_version ?? version, row.target_block)) ?? null;
  const verdict = { block_hash: cited, current_hash: current ?? null };
  if (isSuperseded) return { ...verdict, state: LinkState.SUPERSEDED };
  if (!current) return { ...verdict, state: LinkState.GONE };
  return { ...verdict, state: cited && !cited.equals(current) ? LinkState.CHANGED : LinkState.CURRENT };
}

function differs(row: LinkRow, verdict: Verdict): boolean {
  const text = (hash: Buffer | null): string => hash?.toString('hex') ?? '';
  return (
    row.state !== verdict.state ||
    text(row.block_hash) !== text(verdict.block_hash) ||
    text(row.current_hash) !== text(verdict.current_hash)
  );
}

/** The hashes of the blocks of one document, a version read once. */
class Hashes {
  private readonly versions = new Map<number, ReadonlyMap<string, Buffer>>();

  constructor(
    private readonly documentId: string,
    private readonly manager: EntityManager,
  ) {}

  async of(version: number, blockId: string): Promise<Buffer | undefined> {
    const known = this.versions.get(version) ?? hashesOf(await this.read(version));
    this.versions.set(version, known);
    return known.get(blockId);
  }

  private async read(version: number): Promise<BlockDocument | undefined> {
    const [row] = await this.manager.query<{ body: string; blocks: BlockDocument | null }[]>(
      'SELECT body, blocks FROM document_version WHERE document_id = $1 AND number = $2',
      [this.documentId, version],
    );
    return row && (row.blocks ?? documentFromText(row.body));
  }
}

function hashesOf(document: BlockDocument | undefined): Map<string, Buffer> {
  return new Map((document?.content ?? []).map((block) => [block.attrs.id, Buffer.from(blockHash(block), 'hex')]));
}
