import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { rankOf } from '#policy';

import { AppConfig } from '../../config/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Log } from '../../platform/log/log.js';
import { Rounds } from '../../platform/rounds.js';
import {
  Backoff,
  EmbeddingError,
  EmbeddingProvider,
  EmbeddingStore,
  isWithin,
  paperText,
} from '../../platform/search/index.js';
import type { EmbeddingState, WaitingEntry } from '../../platform/search/index.js';
import { loadIndexable } from './indexable.js';
import { Labels } from '../labels.js';

const POLL_MS = 1000;
const BATCH = 16;
/** So long the service may take for a batch; two of these are less than a transaction may lie still. */
const PATIENCE_MS = 10_000;
/** A text that nothing can be wrong with: shows whether the service is at fault, or a paper. */
const HARMLESS = 'water';

type Step = 'worked' | 'idle';

/**
 * Has vectors made of what enters the index, behind it, so that indexing never waits for the service. An entry whose paper the
 * service may not see gets none; its label is judged at the moment of sending. A paper that gets another label gets another entry,
 * and the vector goes with the old one. Every instance runs one; an advisory lock lets one at a time work.
 */
@Injectable()
export class EmbeddingFollower implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(async () =>
    (await this.attempt()) === 'idle' ? Math.max(POLL_MS, this.backoff.leftMs) : 0,
  );
  private readonly backoff = new Backoff();
  /** Whether vectors that were made with another model or level have been removed. */
  private begun = false;
  /** So many papers are sent at once: one, when a paper among several may be what the service stumbles over. */
  private size = BATCH;
  private told = false;

  constructor(
    private readonly config: AppConfig,
    private readonly database: DataSource,
    private readonly directory: DirectoryService,
    private readonly labels: Labels,
    private readonly provider: EmbeddingProvider,
    private readonly store: EmbeddingStore,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.embedding) await this.rounds.begin();
  }

  /** Gives up the request that is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  private async attempt(): Promise<Step> {
    const startedAt = this.backoff.start();
    try {
      const step = await this.database.transaction((transaction) => this.step(transaction));
      this.backoff.succeeded();
      return step;
    } catch (error) {
      if (this.rounds.areOver()) return 'idle';
      this.size = 1;
      this.backoff.failed(startedAt);
      const pauseMs = Math.round(this.backoff.leftMs);
      if (error instanceof EmbeddingError) this.log.warn('embedding.papers.failed', { code: error.code, pauseMs });
      else this.log.error('embedding.papers.failed', error, { pauseMs });
      return 'idle';
    }
  }

  private async step(transaction: EntityManager): Promise<Step> {
    if (!(await this.store.lock(transaction))) return 'idle';
    const state = await this.begin(transaction);
    const entries = state ? await this.store.waiting(state, this.size, transaction) : [];
    if (!state || entries.length === 0) return 'idle';
    const vectors = await this.vectorsOf(await this.textsOf(entries, transaction), state);
    const kept = await this.store.keep(vectors, transaction);
    this.size = Math.min(BATCH, this.size * 2);
    const [locked] = entries.filter(({ no }) => vectors.has(no) && !kept.has(no));
    // an entry that is just being removed, or was: if it comes back after all, it is looked at again
    const doneTo = locked ? locked.no - 1 : (entries.at(-1)?.no ?? state.doneTo);
    const [first] = vectors.values();
    await this.store.moveOn(doneTo, first?.length ?? state.dimensions, transaction);
    return locked ? 'idle' : 'worked';
  }

  /** Undefined while an instance that is configured otherwise, an older or a newer one, makes vectors. */
  private async begin(transaction: EntityManager): Promise<EmbeddingState | undefined> {
    const { madeWith } = this.store;
    const state = await this.store.state(transaction);
    const isOurs = state?.madeWith === madeWith;
    if (madeWith === undefined || (this.begun && !isOurs)) return undefined;
    this.begun = true;
    return isOurs ? state : this.store.restart(madeWith, transaction);
  }

  /** By the number of the entry: what the service may see, of papers that still are what was indexed. */
  private async textsOf(
    entries: readonly WaitingEntry[],
    transaction: EntityManager,
  ): Promise<ReadonlyMap<number, { documentId: string; text: string }>> {
    const policy = await this.directory.policy();
    const level = this.config.embedding?.level ?? '';
    this.tellUnknown(rankOf(level, policy) === undefined);
    const documents = await loadIndexable(
      [...new Set(entries.map(({ documentId }) => documentId))],
      policy,
      transaction,
    );
    const labels = await this.labels.byIds(documents.map(({ labelId }) => labelId));
    const byId = new Map(documents.map((document) => [document.documentId, document]));
    const texts = entries.flatMap(({ no, documentId, version, labelId }) => {
      const document = byId.get(documentId);
      const label = labels.get(labelId);
      if (document?.version !== version || document.labelId !== labelId || !label) return [];
      const text = isWithin(label, level, policy) ? paperText(document.text) : '';
      return text === '' ? [] : [[no, { documentId, text }] as const];
    });
    return new Map(texts);
  }

  /** Once, until the policy in force knows the level: nothing is sent before that. */
  private tellUnknown(isUnknown: boolean): void {
    if (isUnknown && !this.told) this.log.warn('embedding.level.unknown');
    this.told = isUnknown;
  }

  private async vectorsOf(
    texts: ReadonlyMap<number, { documentId: string; text: string }>,
    { dimensions }: EmbeddingState,
  ): Promise<ReadonlyMap<number, Float32Array>> {
    if (texts.size === 0) return new Map();
    try {
      const vectors = await this.embed(
        [...texts.values()].map(({ text }) => text),
        dimensions,
      );
      return new Map([...texts.keys()].flatMap((no, at) => (vectors[at] ? [[no, vectors[at]] as const] : [])));
    } catch (error) {
      const [only, ...others] = texts.values();
      if (!(error instanceof EmbeddingError) || !only || others.length > 0) throw error;
      await this.embed([HARMLESS], dimensions); // throws where not the paper is at fault
      this.log.warn('embedding.paper.passed', { documentId: only.documentId, code: error.code });
      return new Map();
    }
  }

  private async embed(texts: readonly string[], dimensions: number | null): Promise<Float32Array[]> {
    const signal = AbortSignal.any([this.rounds.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const vectors = await this.provider.embed(texts, signal);
    if (dimensions !== null && vectors[0]?.length !== dimensions) throw new EmbeddingError('DIMENSIONS');
    return vectors;
  }
}
