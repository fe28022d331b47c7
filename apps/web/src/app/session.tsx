import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';

import type { Stage } from '../worker/opening/protocol.js';
import type { Desk, News } from '../worker/protocol.js';
import { openDesk } from './desk.js';
import type { DeskLine } from './desk.js';
import { freshener } from './freshening.js';
import { isUntouched } from './untouched.js';

interface Session {
  readonly desk: Desk;
  /** Hears what the worker tells; returns the function that ends it. */
  readonly listen: DeskLine['listen'];
  /** Undefined until the worker has said it. */
  readonly stage: Stage | undefined;
}

const Context = createContext<Session | undefined>(undefined);
/** How often the worker is told that the person is there. */
const TOUCH_MS = 30_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Infinity, retry: false, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});

const freshen = freshener(queries);

/** The line to the worker, and what it last told about itself. What is shown is asked for anew when the worker tells of something new. */
export function SessionProvider({ children }: { readonly children: React.ReactNode }) {
  const [line] = useState(openDesk);
  const stage = useStage(line);
  usePresence(line.desk);
  return (
    <Context value={{ desk: line.desk, listen: line.listen, stage }}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </Context>
  );
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('there is no session');
  return session;
}

function useStage({ desk, listen }: DeskLine): Stage | undefined {
  const [stage, setStage] = useState<Stage>();
  useEffect(() => {
    let wasOpen = false;
    let isKnown = false;
    const enter = (next: Stage): void => {
      isKnown = true;
      const isShut = wasOpen && next.at === 'locked' && canReload();
      wasOpen = next.at === 'open';
      setStage(isShut ? undefined : next);
      if (isShut) location.reload();
    };
    const stop = listen((news) => {
      if (news.type === 'stage') enter(news.stage);
      refresh(news);
    });
    void desk.opening.stage().then(enter);
    void isUntouched().then((isEmpty) => {
      if (isEmpty && !isKnown) setStage({ at: 'empty' });
    });
    return stop;
  }, [desk, listen]);
  return stage;
}

/**
 * What was shown leaves the memory only with the document: whatever a library remembers of it, and the worker with what it has worked on,
 * goes as well. Where the page could not come back, without a line and without the service worker, the document stays.
 */
function canReload(): boolean {
  return navigator.onLine || ('serviceWorker' in navigator && navigator.serviceWorker.controller !== null);
}

function refresh(news: News): void {
  if (news.type === 'stage') refreshAll(news.stage);
  if (news.type === 'message') freshenConversation(news.message.conversationId);
  if (news.type === 'conversation') freshenConversation(news.conversationId);
  if (news.type === 'connection') refreshLine(news.state);
  if (news.type === 'approval') void queries.invalidateQueries({ queryKey: ['approvals'] });
  if (news.type === 'transfer') freshen(['conversations', 'outbox']);
  if (news.type === 'problem') freshen(['conversations']);
  if (['directory', 'approval', 'campaign'].includes(news.type)) {
    void queries.invalidateQueries({ queryKey: ['administration'] });
  }
  if (news.type === 'directory') {
    void queries.invalidateQueries({ queryKey: ['people'] });
    void queries.invalidateQueries({ queryKey: ['conversations', 'detail'] });
  }
}

/** What came about before anybody listened, or while the line was down, was told to nobody; without a line there is nobody to ask. */
function refreshLine(state: 'connected' | 'disconnected'): void {
  void queries.invalidateQueries(state === 'connected' ? {} : { queryKey: ['line'] });
}

/** Nothing outlives a locked vault; what came into an open one before anybody listened was told to nobody. */
function refreshAll({ at }: Stage): void {
  if (at !== 'open') queries.clear();
  else for (const area of ['messages', 'conversations']) freshen([area]);
}

function freshenConversation(id: string): void {
  freshen(['messages', id]);
  freshen(['conversations']);
}

/** The vault is locked when nobody has been here for a while. */
function usePresence(desk: Desk): void {
  useEffect(() => {
    let last = 0;
    const touch = (): void => {
      if (Date.now() - last < TOUCH_MS) return;
      last = Date.now();
      void desk.opening.touch();
    };
    const signs = ['keydown', 'pointerdown', 'wheel', 'focus'] as const;
    for (const sign of signs) addEventListener(sign, touch, { passive: true });
    return () => {
      for (const sign of signs) removeEventListener(sign, touch);
    };
  }, [desk]);
}
