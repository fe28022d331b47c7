import type { Core } from '../core.js';
import { hasCode, isTransient } from '../errors.js';
import { Mutex } from '../mutex.js';
import { numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { loadSetting, removeSetting, saveSetting } from '../profile.js';
import type { HistoryState, Problem } from '../types.js';
import { newestSegment, sealNext, uploadNext } from './journal.js';
import { countMissing, noteManifests, restoreNext, unfinishedRestores } from './restore.js';

const PROBLEM = 'history:problem';
/** Background work gives way to everything else after this long, in milliseconds. */
const SLICE_MS = 1_500;
/** How often the server is asked what the person's other devices have sealed, in milliseconds. */
const LOOK_MS = 60_000;

/** The sealed history of this person: what this device has read goes up, what other devices have read comes down. */
export class History {
  private readonly mutex = new Mutex();
  private notedAt = 0;
  /** A segment waits for its key: before this time it is not asked for again. */
  private restUntil = 0;

  constructor(private readonly core: Core) {}

  /** From the vault. */
  state(): Promise<HistoryState> {
    return this.core.store.read(async (sql) => ({
      sealed: (await newestSegment(sql, this.core.profile.deviceId)).number,
      toUpload: await count(sql, 'SELECT count(*) AS n FROM history_segment WHERE sealed IS NOT NULL'),
      toSeal: await count(sql, 'SELECT count(*) AS n FROM history_pending'),
      toRestore: await countMissing(sql),
      problem: (await loadSetting(sql, PROBLEM)) as Problem | undefined,
    }));
  }

  /** Seals everything that this device has read and hands it to the server. @throws ChanceryError SERVER_UNREACHABLE, CONFLICT … */
  backUp(): Promise<void> {
    return this.mutex.run(async () => {
      while (await sealNext(this.core, true));
      while (await uploadNext(this.core));
    });
  }

  /**
   * Takes over everything that other devices of this person have sealed, newest first.
   * @param onProgress hears how many segments are still to come
   * @throws ChanceryError HISTORY_INVALID, SERVER_UNREACHABLE …; what was taken over before stays
   */
  restore(onProgress: (missing: number) => void = () => undefined): Promise<void> {
    return this.mutex.run(async () => {
      await this.noticing(async () => {
        await noteManifests(this.core);
        await this.restoreAll(async () => {
          onProgress(await this.core.store.read(countMissing));
          return true;
        });
      });
    });
  }

  /**
   * A slice of everything above, for the background; what is left is done at a later slice. A history that does not verify is reported, and
   * keeps nothing else from going on.
   */
  work(): Promise<void> {
    return this.mutex.run(async () => {
      try {
        const isDone = await this.slice();
        if (!isDone) this.core.onDelay();
      } catch (error) {
        if (isTransient(error)) this.core.onDelay();
        else if (hasCode(error, 'HISTORY_INVALID', 'CONFLICT', 'TOO_LARGE')) this.report(error);
        else if (hasCode(error, 'HISTORY_KEY_MISSING')) this.restUntil = this.core.timer.now().getTime() + LOOK_MS;
        else throw error;
      }
    });
  }

  /** True when there is nothing left to do. */
  private async slice(): Promise<boolean> {
    const end = this.core.timer.now().getTime() + SLICE_MS;
    const hasTime = (): boolean => this.core.timer.now().getTime() < end;
    for (const work of [() => sealNext(this.core, false), () => uploadNext(this.core)]) {
      while (await work()) if (!hasTime()) return false;
    }
    if (this.core.timer.now().getTime() < this.restUntil) return true;
    return this.noticing(async () => {
      await this.noteNow();
      return this.restoreAll(() => Promise.resolve(hasTime()));
    });
  }

  /** Who has no other device has nothing to take over. */
  private async noteNow(): Promise<void> {
    const { directory, profile, timer } = this.core;
    const now = timer.now().getTime();
    const isAlone = directory.current.devicesOf(profile.personId).length <= 1;
    if (isAlone || now - this.notedAt < LOOK_MS) return;
    await noteManifests(this.core);
    this.notedAt = now;
  }

  /**
   * One device after the other; one whose history does not verify keeps that of the others from nothing.
   * @param goesOn asked after each page
   * @returns whether all is taken over
   */
  private async restoreAll(goesOn: () => Promise<boolean>): Promise<boolean> {
    let failure: unknown;
    for (const deviceId of await unfinishedRestores(this.core)) {
      try {
        while (await restoreNext(this.core, deviceId)) if (!(await goesOn())) return false;
      } catch (error) {
        if (!hasCode(error, 'HISTORY_INVALID', 'HISTORY_KEY_MISSING')) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure as Error;
    return true;
  }

  /** Remembers whether the history verified when it was last looked at. */
  private async noticing<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      await this.remember(undefined);
      return result;
    } catch (error) {
      if (hasCode(error, 'HISTORY_INVALID')) await this.remember({ code: error.code, message: error.message });
      throw error;
    }
  }

  private async remember(problem: Problem | undefined): Promise<void> {
    const known = (await this.core.store.read((sql) => loadSetting(sql, PROBLEM))) as Problem | undefined;
    if (known?.message === problem?.message) return;
    await this.core.store.transaction((sql) =>
      problem ? saveSetting(sql, PROBLEM, problem) : removeSetting(sql, PROBLEM),
    );
  }

  private report({ code, message }: Problem): void {
    this.core.emit({ type: 'problem', conversationId: undefined, problem: { code, message } });
  }
}

async function count(sql: Sql, query: string): Promise<number> {
  const row = await sql.get(query);
  return row ? numberOf(row, 'n') : 0;
}
