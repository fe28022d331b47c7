/** Prints what was skipped and why, and last of all the count of tests on a line of its own. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const skipped = new Map();
    for (const file of results.testResults) {
      for (const test of file.testResults.filter((result) => result.status === 'pending')) {
        const reason = /\[needs (\w+)\]/.exec(test.fullName)?.[1];
        if (reason !== undefined) skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of skipped) {
      process.stdout.write(`skipped: ${count} tests that need ${reason}, which this machine lacks\n`);
    }
    const broken = results.numRuntimeErrorTestSuites;
    process.stdout.write(
      `${results.numPassedTests} passed, ${results.numFailedTests + broken} failed, ${results.numPendingTests} skipped\n`,
    );
  }
}
