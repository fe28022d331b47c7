import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';

import type { Stage } from '../worker/opening/protocol.js';
import type { Desk, News } from '../worker/protocol.js';
import { openDesk } from './desk.js';
import type { DeskLine } from './desk.js';

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
    const stop = listen((news) => {
      if (news.type === 'stage') setStage(news.stage);
      refresh(news);
    });
    void desk.opening.stage().then(setStage);
    return stop;
  }, [desk, listen]);
  return stage;
}

function refresh(news: News): void {
  if (news.type === 'stage' && news.stage.at !== 'open') queries.clear();
  if (news.type === 'message') {
    void queries.invalidateQueries({ queryKey: ['messages', news.message.conversationId] });
    void queries.invalidateQueries({ queryKey: ['conversations'] });
  }
  if (news.type === 'conversation') {
    void queries.invalidateQueries({ queryKey: ['messages', news.conversationId] });
    void queries.invalidateQueries({ queryKey: ['conversations'] });
  }
  // what came about before anybody listened, or while the line was down, was told to nobody
  if (news.type === 'connection') void queries.invalidateQueries();
  if (news.type === 'approval') void queries.invalidateQueries({ queryKey: ['approvals'] });
  if (news.type === 'transfer') void queries.invalidateQueries({ queryKey: ['conversations', 'outbox'] });
  if (news.type === 'problem') void queries.invalidateQueries({ queryKey: ['conversations'] });
  if (['directory', 'approval', 'campaign'].includes(news.type)) {
    void queries.invalidateQueries({ queryKey: ['administration'] });
  }
  if (news.type === 'directory') {
    void queries.invalidateQueries({ queryKey: ['people'] });
    void queries.invalidateQueries({ queryKey: ['conversations', 'detail'] });
  }
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
