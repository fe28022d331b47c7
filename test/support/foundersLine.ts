import { LocalProxy } from './localProxy.js';
import type { Pass, ProxyAnswer, ProxyRequest } from './localProxy.js';

/** The line to a real server on which foundings, or the answers to them, are lost. */
export class FoundersLine extends LocalProxy {
  loses: 'nothing' | 'requests' | 'answers' = 'nothing';
  /** How many foundings were lost in one way or the other. */
  lost = 0;
  private realPort = 0;

  static async listen(): Promise<FoundersLine> {
    const line = new FoundersLine();
    await line.listen();
    return line;
  }

  /** @param port of the real server */
  leadTo(port: number): void {
    this.realPort = port;
  }

  protected get target(): number {
    return this.realPort;
  }

  protected async carry(request: ProxyRequest): Promise<ProxyAnswer> {
    if (request.operation !== 'FoundMinistry' || this.loses === 'nothing') return this.forward(request);
    if (this.loses === 'answers') await this.forward(request);
    this.lost += 1;
    throw new Error('lost');
  }

  protected tell(message: string, _deviceId: string | undefined, pass: Pass): void {
    pass(message);
  }

  protected mayConnect(): boolean {
    return true;
  }
}
