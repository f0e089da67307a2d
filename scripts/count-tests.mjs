// Prints "N passed, N failed" from vitest's JSON report. A failure that no test stands for (the checks, a file that
// does not load, a crash of the runner) counts as one failed, so that the line never looks better than the run was.
import { readFileSync } from 'node:fs';

const [reportFile, checkExit, testExit] = process.argv.slice(2);
let report = { numPassedTests: 0, numFailedTests: 0 };
try {
  report = JSON.parse(readFileSync(reportFile, 'utf8'));
} catch (error) {
  console.log(`no test report: ${error.message}`);
}
const silentFailure = testExit !== '0' && report.numFailedTests === 0 ? 1 : 0;
const failed = report.numFailedTests + silentFailure + (checkExit === '0' ? 0 : 1);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
