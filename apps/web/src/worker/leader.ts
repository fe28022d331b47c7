import type { Answer, Call, News } from './protocol.js';

/** What goes between the workers of the origin's windows. */
type Word =
  | { readonly say: 'call'; readonly from: string; readonly call: Call }
  | { readonly say: 'answer'; readonly to: string; readonly answer: Answer }
  | { readonly say: 'news'; readonly news: News };

const NAME = 'chancery desk';

/** What a worker does for its own page, and for the pages of others when it leads. */
export interface Duties {
  /** Carries out a call; never rejects. */
  carryOut(call: Call): Promise<Answer>;
  /** The page's own worker passes on what another one tells. */
  pass(news: News): void;
  /** From now on this worker leads; whoever led before is gone. */
  lead(): void;
}

/**
 * One worker of the origin holds the vault, however many windows are open: the first one that takes the lock leads, the others hand their
 * pages' calls over to it. When its window closes the next one leads; keys do not go over, so that the person opens the vault again.
 */
export class Leader {
  private readonly channel = new BroadcastChannel(NAME);
  private readonly own = crypto.randomUUID();
  private readonly asked = new Map<string, { readonly call: Call; readonly resolve: (answer: Answer) => void }>();
  private leads = false;

  constructor(private readonly duties: Duties) {
    this.channel.onmessage = ({ data }: MessageEvent<Word>) => void this.hear(data);
    void navigator.locks.request(NAME, () => {
      this.takeOver();
      return new Promise<never>(() => undefined); // held until the worker ends
    });
  }

  answer(call: Call): Promise<Answer> {
    if (this.leads) return this.duties.carryOut(call);
    return new Promise((resolve) => {
      this.asked.set(call.id, { call, resolve });
      this.say({ say: 'call', from: this.own, call });
    });
  }

  /** Tells the pages of the other windows. */
  tellOthers(news: News): void {
    this.say({ say: 'news', news });
  }

  private takeOver(): void {
    this.leads = true;
    this.duties.lead();
    for (const { call, resolve } of this.asked.values()) void this.duties.carryOut(call).then(resolve);
    this.asked.clear();
  }

  private async hear(word: Word): Promise<void> {
    if (word.say === 'news') this.duties.pass(word.news);
    else if (word.say === 'answer') this.take(word);
    else if (this.leads) this.say({ say: 'answer', to: word.from, answer: await this.duties.carryOut(word.call) });
  }

  private take({ to, answer }: Extract<Word, { say: 'answer' }>): void {
    if (to !== this.own) return;
    this.asked.get(answer.id)?.resolve(answer);
    this.asked.delete(answer.id);
  }

  private say(word: Word): void {
    this.channel.postMessage(word);
  }
}
