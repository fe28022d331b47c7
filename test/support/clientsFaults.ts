import { setTimeout as pause } from 'node:timers/promises';

import { ChanceryError } from '#client';
import type { Hint, HintHandlers, Transport } from '#client';

const LONGEST_DELAY_MS = 60;

/** How likely each fault is for a request or a hint, from 0 to 1. */
export interface FaultRates {
  /** Lost on the way to the server, or on the way back: the caller can't tell which. */
  readonly drop: number;
  /** Arrives twice. */
  readonly duplicate: number;
  /** Arrives late, behind what was sent after it. */
  readonly delay: number;
}

/** Faults on the way between clients and a real server, decided by a seeded random function; `heal` ends them. */
export class Faults {
  /** How many faults there were. */
  count = 0;
  private healed = false;

  constructor(
    private readonly random: () => number,
    private readonly rates: FaultRates,
  ) {}

  heal(): void {
    this.healed = true;
  }

  between(real: Transport): Transport {
    return {
      origin: real.origin,
      close: () => real.close(),
      execute: async (document, variables, token, act) => {
        if (this.happens('delay')) await this.wait();
        if (this.happens('drop')) throw lost();
        if (this.happens('duplicate')) await real.execute(document, variables, token, act);
        const result = await real.execute(document, variables, token, act);
        if (this.happens('drop')) throw lost();
        return result;
      },
      transfer: async (request, token) => {
        if (this.happens('drop')) throw lost();
        const answer = await real.transfer(request, token);
        if (this.happens('drop')) throw lost();
        return answer;
      },
      hints: (handlers, token) => real.hints(this.disturbed(handlers), token),
    };
  }

  private disturbed(handlers: HintHandlers): HintHandlers {
    const deliver = async (hint: Hint): Promise<void> => {
      if (this.happens('delay')) await this.wait();
      handlers.hint(hint);
    };
    return {
      ...handlers,
      hint: (hint) => {
        if (this.happens('drop')) return;
        if (this.happens('duplicate')) void deliver(hint);
        void deliver(hint);
      },
    };
  }

  private happens(fault: keyof FaultRates): boolean {
    const happens = !this.healed && this.random() < this.rates[fault];
    if (happens) this.count += 1;
    return happens;
  }

  private wait(): Promise<void> {
    return pause(this.random() * LONGEST_DELAY_MS);
  }
}

function lost(): ChanceryError {
  return new ChanceryError('SERVER_UNREACHABLE', 'The server did not answer (lost by the test).');
}
