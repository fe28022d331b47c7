/** The platform's clock, so that the engine needs none of its own and a test can bring another. */
export interface Timer {
  now(): Date;
  /** Runs `work` once after some milliseconds, unless the returned function is called before. A program may end before. */
  after(milliseconds: number, work: () => void): () => void;
  /** Somebody waits for it: the program does not end before. */
  pause(milliseconds: number): Promise<void>;
}
