import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';

import { useKeptBeforeLeaving } from './locking.js';
import { useSession } from './session.js';

/** What was filled in is in the vault this long after the last change. */
const KEEP_MS = 300;

export interface Begun<Form extends object> {
  /** As it stands on the screen. */
  readonly form: Form;
  readonly change: (changes: Partial<Form>) => void;
  /** What changes one field. */
  readonly set: <Field extends keyof Form>(field: Field) => (value: Form[Field]) => void;
  /** Done, or given up: next time it begins as new. */
  readonly forget: () => void;
  /** Whether something was filled in, now or at another time. */
  readonly isBegun: boolean;
  /** Whether all of it is in the vault. */
  readonly isKept: boolean;
}

/**
 * A form that survives whatever becomes of the page: what was filled in, and only that, is in the vault under its name.
 * @param name - the same as long as the form is on the screen
 * @param blank - what an untouched form shows; whatever was not touched follows it
 */
export function useBegun<Form extends object>(name: string, blank: Form): Begun<Form> {
  const { kept, isKept, put, drop } = useKeptChanges<Form>(name);
  const [changes, setChanges] = useState<Partial<Form>>({});
  const filled = differing({ ...kept, ...changes }, blank);
  const change = (next: Partial<Form>): void => {
    setChanges((before) => ({ ...before, ...next }));
    put(next);
  };
  return {
    form: { ...blank, ...filled },
    change,
    set: (field) => (value) => {
      const one: Partial<Form> = {};
      one[field] = value;
      change(one);
    },
    forget: () => {
      setChanges({});
      drop();
    },
    isBegun: Object.keys(filled).length > 0,
    isKept,
  };
}

/** What is in the vault under a name, and what is on its way there. */
function useKeptChanges<Form extends object>(name: string) {
  const { desk } = useSession();
  const queries = useQueryClient();
  const key = useMemo(() => ['begun', name], [name]);
  const read = useCallback(async () => ((await desk.frame.begun(name)) ?? {}) as Partial<Form>, [desk, name]);
  const { data: kept } = useQuery({ queryKey: key, queryFn: read, gcTime: 0 });
  /** Grows whenever the form is emptied: what was on its way then is not kept after all. */
  const round = useRef(0);
  const keep = useCallback(
    async (changes: Partial<Form>): Promise<void> => {
      const begun = round.current;
      const all = { ...(queries.getQueryData<Partial<Form>>(key) ?? (await read())), ...changes };
      if (round.current !== begun) return;
      await desk.frame.keepBegun(name, all);
      if (round.current === begun) queries.setQueryData(key, all);
    },
    [desk, queries, key, name, read],
  );
  const waiting = useWaiting(keep);
  return {
    kept,
    isKept: !waiting.has,
    put: waiting.add,
    drop: (): void => {
      round.current += 1;
      waiting.clear();
      queries.setQueryData(key, {});
      void desk.frame.keepBegun(name, undefined).catch(() => undefined); // locked meanwhile: it is offered once more
    },
  };
}

/** Keeps changes a moment after the last of them, and at once when the person goes elsewhere. */
function useWaiting<Form extends object>(keep: (changes: Partial<Form>) => Promise<void>) {
  const [has, setHas] = useState(false);
  const changes = useRef<Partial<Form>>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isNothing = (): boolean => changes.current === undefined;
  const now = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    const all = changes.current;
    changes.current = undefined;
    if (all === undefined) return;
    try {
      await keep(all);
      if (isNothing()) setHas(false);
    } catch {
      // locked meanwhile: the vault has what it had
    }
  }, [keep]);
  useKeptBeforeLeaving(now);
  return {
    has,
    add: (next: Partial<Form>): void => {
      setHas(true);
      changes.current = { ...changes.current, ...next };
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void now(), KEEP_MS);
    },
    clear: (): void => {
      setHas(false);
      clearTimeout(timer.current);
      changes.current = undefined;
    },
  };
}

/** Those that an untouched form does not show anyway. */
function differing<Form extends object>(changes: Partial<Form>, blank: Form): Partial<Form> {
  const all = Object.entries(changes).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(blank[field as keyof Form]),
  );
  return Object.fromEntries(all) as Partial<Form>;
}
