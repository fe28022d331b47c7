import { useCallback, useEffect, useRef, useState } from 'react';

import { DeskError } from '../../../app/desk.js';
import { useKeptBeforeLeaving } from '../../../app/locking.js';
import { useSession } from '../../../app/session.js';
import type { DraftState, Elsewhere, Kept, OpenDraft, Written } from '../../../worker/writing/protocol.js';

/** Between a key and the vault. */
const PAUSE_MS = 250;
/** What is only here is offered to the server again; who never pauses is kept as often. */
const AGAIN_MS = 5000;

export interface DraftInHand {
  readonly written: Written;
  readonly state: DraftState | 'writing';
  /** Another text of the same draft: people choose. */
  readonly other: Elsewhere | undefined;
  /** Grows where another text takes the place of the one on the screen. */
  readonly version: number;
  readonly change: (part: Partial<Written>) => void;
  /** Everything typed so far is in the vault, and with the server where it can be reached. */
  readonly flush: () => Promise<void>;
  /** Goes on with one of two texts. */
  readonly settle: (written: Written) => void;
}

/** A draft that keeps itself: in the vault a moment after each change, with the server when there is a line. */
export function useDraft(draft: OpenDraft): DraftInHand {
  const { desk } = useSession();
  const [written, setWritten] = useState(draft.written);
  const [state, setState] = useState<DraftState | 'writing'>(draft.state);
  const [other, setOther] = useState<Elsewhere | undefined>(draft.elsewhere ?? undefined);
  const [version, setVersion] = useState(0);
  const keeper = useRef(new Keeper(draft.revision, draft.written));
  const over = useRef<number>(undefined);

  const keep = useCallback(
    () =>
      keeper.current.run(async (text, revision) => {
        const kept = await desk.writing.write(draft.id, revision, text, over.current);
        over.current = undefined;
        if (kept.is === 'stale') setOther({ seq: -1, written: kept.draft.written });
        else if (kept.elsewhere) setOther(kept.elsewhere);
        setState(keeper.current.isDirty ? 'writing' : stateOf(kept)); // what was typed meanwhile is not kept yet
        return kept.is === 'stale' ? kept.draft.revision : kept.revision;
      }),
    [desk, draft.id],
  );
  const change = useCallback((part: Partial<Written>): void => {
    keeper.current.text = { ...keeper.current.text, ...part };
    keeper.current.isDirty = true;
    setWritten(keeper.current.text);
    setState('writing');
  }, []);
  const settle = useCallback(
    (text: Written): void => {
      over.current = other && other.seq >= 0 ? other.seq : undefined;
      setOther(undefined);
      setVersion((count) => count + 1);
      change(text);
    },
    [change, other],
  );
  const flush = useCallback(async (): Promise<void> => {
    keeper.current.isDirty = true;
    await keep();
  }, [keep]);
  useKeeping(keeper.current, keep, other !== undefined, state, written);
  return { written, state, other, version, change, flush, settle };
}

const stateOf = (kept: Kept): DraftState => (kept.is === 'kept' ? kept.state : kept.draft.state);

/** One write at a time, always of the newest text. */
class Keeper {
  isDirty = false;
  private under: Promise<void> = Promise.resolve();

  constructor(
    private revision: number,
    public text: Written,
  ) {}

  /** Ends when what there was at the call is written, or was tried; calls meanwhile wait for their turn. */
  run(write: (text: Written, revision: number) => Promise<number>): Promise<void> {
    const turn = this.under.catch(() => undefined).then(() => this.writeNewest(write));
    this.under = turn;
    return turn;
  }

  private async writeNewest(write: (text: Written, revision: number) => Promise<number>): Promise<void> {
    if (!this.isDirty) return;
    this.isDirty = false;
    try {
      this.revision = await write(this.text, this.revision);
    } catch (error) {
      this.isDirty = true;
      if (!(error instanceof DeskError)) throw error;
    }
  }
}

/** When a text is kept: after a pause, on leaving, and again while the server has not got it. */
function useKeeping(
  keeper: Keeper,
  keep: () => Promise<void>,
  isStopped: boolean,
  state: DraftState | 'writing',
  written: Written,
): void {
  useEffect(() => {
    if (isStopped || state !== 'writing') return undefined;
    const pause = setTimeout(() => void keep(), PAUSE_MS);
    return () => {
      clearTimeout(pause);
    };
  }, [written, state, keep, isStopped]);
  useEffect(() => {
    if (isStopped || (state !== 'writing' && state.isSaved)) return undefined;
    const again = setInterval(() => {
      keeper.isDirty = true;
      void keep();
    }, AGAIN_MS);
    return () => {
      clearInterval(again);
    };
  }, [state, keep, keeper, isStopped]);
  useKeptBeforeLeaving(keep);
  useEffect(() => {
    const leave = (): void => void keep();
    document.addEventListener('visibilitychange', leave);
    return () => {
      document.removeEventListener('visibilitychange', leave);
    };
  }, [keep]);
}
