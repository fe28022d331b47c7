/** A wait that can be cut short. An end that comes before the wait cuts the next one. */
export class Pause {
  private wake: (() => void) | undefined;
  private ended = false;

  async for(milliseconds: number): Promise<void> {
    if (!this.ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.wake = undefined;
    this.ended = false;
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }
}
