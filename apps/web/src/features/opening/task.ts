import { useEffect, useRef, useState } from 'react';

import { DeskError } from '../../app/desk.js';
import { useTroubleText } from '../../text/text.js';
import type { Trouble } from '../../worker/protocol.js';

/** A task that the person has asked for: whether it runs, and what stood in its way. */
export interface Task {
  readonly trouble: Trouble | undefined;
  readonly isBusy: boolean;
  /** Runs it, unless it runs already. */
  readonly run: (work: () => Promise<void>) => Promise<void>;
}

export function useTask(): Task {
  const [trouble, setTrouble] = useState<Trouble>();
  const [isBusy, setBusy] = useState(false);
  const isRunning = useRef(false);
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setTrouble(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      setTrouble(error.trouble);
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  };
  return { trouble, isBusy, run };
}

/** The trouble's words, at the field that it names, or else for the whole. */
export function useWords(trouble: Trouble | undefined, fields: readonly string[]) {
  const say = useTroubleText();
  const words = trouble && say(trouble);
  const isOfField = trouble?.field !== undefined && fields.includes(trouble.field);
  return {
    at: (field: string) => (isOfField && trouble.field === field ? words : undefined),
    whole: isOfField ? undefined : words,
  };
}

/** Looks again and again, one look at a time, for as long as `isWanted`; what a look throws is the task's trouble, and ends it. */
export function useLooking(task: Task, isWanted: boolean, everyMs: number, look: () => Promise<void>): void {
  const latest = useRef({ task, look });
  useEffect(() => {
    latest.current = { task, look };
  });
  const isStopped = task.trouble !== undefined;
  useEffect(() => {
    if (!isWanted || isStopped) return undefined;
    const timer = setInterval(() => {
      void latest.current.task.run(latest.current.look);
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [isWanted, isStopped, everyMs]);
}
