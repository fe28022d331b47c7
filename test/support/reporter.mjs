import { writeFileSync } from 'node:fs';

/** What a run counted: tests by their outcome, and how many were skipped for want of what. */
export const NOTHING = { passed: 0, failed: 0, skipped: 0, wanted: {} };

export function sum(one, other) {
  const wanted = { ...one.wanted };
  for (const [reason, count] of Object.entries(other.wanted)) wanted[reason] = (wanted[reason] ?? 0) + count;
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    wanted,
  };
}

/** What was skipped and why, and last of all the count of tests on a line of its own. */
export function closingLines({ passed, failed, skipped, wanted }) {
  return [
    ...Object.entries(wanted).map(
      ([reason, count]) => `skipped: ${count} tests that need ${reason}, which this machine lacks`,
    ),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
}

/** Leaves the counts of a run in the file that CHANCERY_COUNTS names, for `run.mjs`, which prints them. */
export default class Counts {
  onRunComplete(_contexts, results) {
    const wanted = {};
    for (const file of results.testResults) {
      for (const test of file.testResults.filter((result) => result.status === 'pending')) {
        const reason = /\[needs (\w+)\]/.exec(test.fullName)?.[1];
        if (reason !== undefined) wanted[reason] = (wanted[reason] ?? 0) + 1;
      }
    }
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
      wanted,
    };
    const path = process.env.CHANCERY_COUNTS;
    if (path !== undefined) writeFileSync(path, JSON.stringify(counts));
  }
}
