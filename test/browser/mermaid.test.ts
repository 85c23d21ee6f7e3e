import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { planMarkdown } from '../../src/plan/index.ts';
import { generatePaths, generateRolloutPaths, pathMermaid, type AnyPath } from '../../src/testing/index.ts';
import { oddTexts, strayTexts } from '../../src/testing/values/odd-values.ts';
import type { Page } from 'playwright';
import { planOf } from '../plan/support/plan-fleets.ts';
import { test } from './support/browser-page.ts';

// Mermaid sanitizes titles with the DOM, so its parser runs in the browser.
const mermaid = fileURLToPath(import.meta.resolve('mermaid/dist/mermaid.min.js'));

const { paths } = generatePaths({
  criterion: { kind: 'full', name: 'allTransitions' },
  side: 'agent',
  onHealthFailure: 'rollback-and-halt',
});
const [first] = paths;
if (first === undefined) throw new Error('The criterion has paths.');
const oddPaths = [...oddTexts, ...strayTexts.values()].map((note): AnyPath => ({
  ...first,
  name: note,
  steps: first.steps.slice(0, 2).map((step) => ({ ...step, note })),
}));

/** What Mermaid reads each text as, or why it cannot parse it. */
async function typesOf(page: Page, texts: readonly string[]): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'mermaid' in globalThis))) await page.addScriptTag({ path: mermaid });
  return page.evaluate(async (diagrams) => {
    // Safe: the script sets this global.
    const { mermaid: library } = globalThis as unknown as {
      readonly mermaid: { readonly parse: (text: string) => Promise<{ readonly diagramType: string }> };
    };
    return await Promise.all(
      diagrams.map((text) =>
        library.parse(text).then(
          ({ diagramType }) => diagramType,
          (error: unknown) => `${String(error)} in ${text}`,
        ),
      ),
    );
  }, texts);
}

describe('Mermaid', () => {
  test('parses the diagram of each path, whatever its texts, and refuses anything else', async ({ page }) => {
    const texts = [...paths, ...generateRolloutPaths('validTransitions'), ...oddPaths].map(pathMermaid);
    expect(new Set(await typesOf(page, texts))).toEqual(new Set(['sequence']));
    expect(await typesOf(page, ['sequenceDiagram\n  W->>'])).toEqual([expect.stringContaining('Parse error')]);
  });

  test('parses the timeline of a plan with any channel names', async ({ page }) => {
    const names = ['stable', 'a: b; c #d', 'end', 'section', '%% x', 'done, crit', 'line\nbreak', '<b>"quoted"</b>'];
    const texts = names.map((channel) => {
      const text = planMarkdown(planOf({ channels: { [channel]: [['a'], ['b']] }, release: 'r2' }), null, null);
      return /^```mermaid\n(.*?)\n```$/ms.exec(text)?.[1] ?? '';
    });
    expect(await typesOf(page, texts)).toEqual(names.map(() => 'gantt'));
  });
});
