const PATIENCE_MS = 20_000;
const STEP_MS = 20;

/** Resolves when a condition holds that something in the background brings about; fails when it takes too long. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('what was waited for did not come');
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
