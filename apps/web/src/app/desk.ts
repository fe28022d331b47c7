import type { Answer, Call, Desk, News, Told, Trouble } from '../worker/protocol.js';
import { worker } from './start.js';

/** What a call was refused for; `trouble.code` has words in every language. */
export class DeskError extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.message);
    this.name = 'DeskError';
  }
}

export interface DeskLine {
  readonly desk: Desk;
  /** Hears what the worker tells; returns the function that ends it. */
  readonly listen: (hear: (news: News) => void) => () => void;
}

interface Asked {
  readonly resolve: (result: never) => void;
  readonly reject: (error: DeskError) => void;
}

/** The line to this window's worker; there is one. */
export function openDesk(): DeskLine {
  const asked = new Map<string, Asked>();
  const listeners = new Set<(news: News) => void>();
  worker.onmessage = ({ data }: MessageEvent<Told>) => {
    if ('answer' in data) settle(asked, data.answer);
    else for (const hear of listeners) hear(data.news);
  };
  const call = (area: string, method: string, parameters: readonly unknown[]): Promise<never> =>
    new Promise((resolve, reject) => {
      const id = crypto.randomUUID();
      asked.set(id, { resolve, reject });
      worker.postMessage({ id, area, method, parameters } satisfies Call);
    });
  return {
    desk: deskOver(call),
    listen(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}

/** Every method of every area is a call of the same names. */
function deskOver(call: (area: string, method: string, parameters: readonly unknown[]) => Promise<never>): Desk {
  const areaOf = (area: string): object =>
    new Proxy(
      {},
      {
        get:
          (_methods, method: string) =>
          (...parameters: unknown[]) =>
            call(area, method, parameters),
      },
    );
  const areas = new Map<string, object>();
  return new Proxy({} as Desk, {
    get(_areas, name: string) {
      const area = areas.get(name) ?? areaOf(name);
      areas.set(name, area);
      return area;
    },
  });
}

function settle(asked: Map<string, Asked>, answer: Answer): void {
  const one = asked.get(answer.id);
  asked.delete(answer.id);
  if ('trouble' in answer) one?.reject(new DeskError(answer.trouble));
  else one?.resolve(answer.result as never);
}
