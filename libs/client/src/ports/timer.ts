/** The platform's clock, so that the engine needs none of its own and a test can bring another. */
export interface Timer {
  now(): Date;
  /** Milliseconds that have passed, on a clock that nobody puts right; from where it counts only this run of the program knows. */
  elapsed(): number;
  /** Runs `work` once after some milliseconds, unless the returned function is called before. A program may end before. */
  after(milliseconds: number, work: () => void): () => void;
  /** Somebody waits for it: the program does not end before. */
  pause(milliseconds: number): Promise<void>;
}
