// What `npm test` reads of each suite: how many tests passed, and what failed, each with the reason that a reader wants.

import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

export interface SuiteReport {
  readonly passed: number;
  /** A line each: file, test, reason. */
  readonly failures: readonly string[];
}

/** Where the report is written: the environment variable of a suite that runs. */
export const reportVariable = 'VITALSEAL_TEST_REPORT';

/** What Vitest tells of an error, wherever it was thrown. */
interface Thrown {
  readonly message?: unknown;
}

export default class TestReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Thrown[]): void {
    const passed = modules.flatMap(({ children }) => [...children.allTests('passed')]).length;
    const failures = modules.flatMap(failuresOf);
    // Thrown in no test: a promise that nobody waited for, a process that ended.
    failures.push(...unhandled.map((error) => `outside any test: ${reason([error])}`));
    const file = process.env[reportVariable];
    if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failures } satisfies SuiteReport));
  }
}

function failuresOf(module: TestModule): string[] {
  const file = relative('.', module.moduleId);
  const tests = [...module.children.allTests('failed')].map(
    (test) => `${file} > ${test.fullName}: ${reason(test.result().errors ?? [])}`,
  );
  const around = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
  return around.length === 0 ? tests : [...tests, `${file}: ${reason(around)}`];
}

function reason(errors: readonly Thrown[]): string {
  return errors.map(({ message }) => String(message).split('\n')[0]).join('; ');
}
