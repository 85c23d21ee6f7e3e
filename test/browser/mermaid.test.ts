import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { generatePaths, generateRolloutPaths, pathMermaid, type AnyPath } from '../../src/testing/index.ts';
import { oddTexts, strayTexts } from '../../src/testing/values/odd-values.ts';
import { test } from './support/browser-page.ts';

// Mermaid cleans titles with the DOM, so its parser runs in the browser.
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

describe('Mermaid', () => {
  test('parses the diagram of each path, whatever its texts hold, and refuses what is none', async ({ page }) => {
    await page.addScriptTag({ path: mermaid });
    const parse = (texts: readonly string[]): Promise<readonly string[]> =>
      page.evaluate(async (diagrams) => {
        // The script sets this global.
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
    const texts = [...paths, ...generateRolloutPaths('validTransitions'), ...oddPaths].map(pathMermaid);
    expect(new Set(await parse(texts))).toEqual(new Set(['sequence']));
    expect(await parse(['sequenceDiagram\n  W->>'])).toEqual([expect.stringContaining('Parse error')]);
  });
});
