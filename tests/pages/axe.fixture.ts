// axe over a page as it stands: what breaks WCAG 2.2 at level A or AA, by rule and by the element that breaks it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** @param rule only this one @returns one line for each element, so that a failed test says what to mend */
export async function axeFindings(page: Page, rule?: string): Promise<string[]> {
  const options: RunOptions = {
    runOnly: rule === undefined ? { type: 'tag', values: levels } : { type: 'rule', values: [rule] },
    // Off by default in axe, and level AA since WCAG 2.2.
    rules: rule === undefined ? { 'target-size': { enabled: true } } : {},
    resultTypes: ['violations'],
  };
  // By way of the debugger, which the page's policy does not hold: the page itself loads no script of a test's.
  await page.evaluate(`globalThis.axe === undefined && (() => { ${source} })()`);
  const results: AxeResults = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}
