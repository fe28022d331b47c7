/** The only place in the browser that holds secrets. Its page asks by messages, and hears what people may read. */
import { ChanceryError } from '#client';
import { prepare } from '#client/browser';

import { VaultDesk } from './desk.js';
import { Leader } from './leader.js';
import type { Answer, Call, News, Told, Trouble } from './protocol.js';

declare const self: DedicatedWorkerGlobalScope;

const desk = new VaultDesk((news) => {
  tell({ news });
  leader.tellOthers(news);
});

const leader: Leader = new Leader({
  carryOut,
  pass: (news) => {
    tell({ news });
  },
  lead: () => {
    void tellStage();
    void prepare().catch(() => undefined); // whoever needs it asks again, and hears why
  },
});

self.onmessage = ({ data: call }: MessageEvent<Call>) => {
  void leader.answer(call).then((answer) => {
    tell({ answer });
  });
};

async function carryOut({ id, area, method, parameters }: Call): Promise<Answer> {
  try {
    return { id, result: await desk.find(area, method)(...parameters) };
  } catch (error) {
    return { id, trouble: troubleOf(error) };
  }
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ChanceryError)) return { code: 'INTERNAL', message: 'Something went wrong in this browser.' };
  const { code, message, field, remedy } = error;
  return { code, message, field, remedy };
}

async function tellStage(): Promise<void> {
  const news: News = { type: 'stage', stage: await desk.opening.stage() };
  tell({ news });
  leader.tellOthers(news);
}

function tell(told: Told): void {
  self.postMessage(told);
}
