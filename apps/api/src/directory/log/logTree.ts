import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { Frontier, consistencySteps, foldProof, inclusionSteps, leafHash, subtreeKey, subtreesOf } from '#transparency';
import type { ProofStep, Subtree, SubtreeId } from '#transparency';

/** Rows of one INSERT. */
const BATCH = 1000;

const INSERT = `
  INSERT INTO log_node (level, index, hash)
  SELECT level, index, hash FROM unnest($1::int[], $2::int[], $3::bytea[]) AS node(level, index, hash)`;
const SELECT = `
  SELECT node.level, node.index, node.hash FROM log_node node
  JOIN unnest($1::int[], $2::int[]) AS wanted(level, index) USING (level, index)`;

/** The Merkle tree over the statements, as the database holds it. Every answer costs as many rows as the size has bits, or twice that. */
@Injectable()
export class LogTree {
  constructor(private readonly source: DataSource) {}

  /** What has to be known of the tree of a size to go on from there. */
  async frontier(size: number, manager: EntityManager = this.source.manager): Promise<Frontier> {
    const wanted = subtreesOf(0, size);
    const hashes = await this.hashes(wanted, manager);
    return Frontier.of(
      size,
      wanted.map((subtree) => hashes.get(subtreeKey(subtree)) ?? new Uint8Array()),
    );
  }

  /** Enters entries behind those of `size`; the caller's transaction is the only one that appends. Returns the new frontier. */
  async append(size: number, entries: readonly Uint8Array[], manager: EntityManager): Promise<Frontier> {
    let frontier = await this.frontier(size, manager);
    const added: Subtree[] = [];
    for (const entry of entries) {
      const { next, completed } = frontier.append(leafHash(entry));
      added.push(...completed);
      frontier = next;
    }
    for (let at = 0; at < added.length; at += BATCH) await insert(added.slice(at, at + BATCH), manager);
    return frontier;
  }

  /** The hash of an entry; empty where there is none. */
  async leaf(index: number): Promise<Uint8Array> {
    const id = { level: 0, index };
    return (await this.hashes([id], this.source.manager)).get(subtreeKey(id)) ?? new Uint8Array();
  }

  /** RFC 9162 section 2.1.3. @throws RangeError unless `index < size` */
  inclusion(index: number, size: number): Promise<Uint8Array[]> {
    return this.prove(inclusionSteps(index, size));
  }

  /** RFC 9162 section 2.1.4. @throws RangeError unless `older <= newer` */
  consistency(older: number, newer: number): Promise<Uint8Array[]> {
    return this.prove(consistencySteps(older, newer));
  }

  private async prove(steps: readonly ProofStep[]): Promise<Uint8Array[]> {
    return foldProof(steps, await this.hashes(steps.flat(), this.source.manager));
  }

  private async hashes(wanted: readonly SubtreeId[], manager: EntityManager): Promise<Map<string, Uint8Array>> {
    const columns = [wanted.map(({ level }) => level), wanted.map(({ index }) => index)];
    const rows = wanted.length === 0 ? [] : await manager.query<(SubtreeId & { hash: Buffer })[]>(SELECT, columns);
    return new Map(rows.map((row) => [subtreeKey(row), row.hash]));
  }
}

async function insert(nodes: readonly Subtree[], manager: EntityManager): Promise<void> {
  await manager.query(INSERT, [
    nodes.map(({ level }) => level),
    nodes.map(({ index }) => index),
    nodes.map(({ hash }) => Buffer.from(hash)),
  ]);
}
