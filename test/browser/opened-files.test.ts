import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect } from 'vitest';
import { repositoryRoot } from '../support/repository.ts';
import { goTo, test } from './support/browser-page.ts';
import { readShown } from './support/shown.ts';

const folder = mkdtempSync(join(tmpdir(), 'opened-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(repositoryRoot, 'dist/cli/main.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

/** The address of the page that `visualize` writes with this file embedded. */
function pageOf(file: string): string {
  run('visualize', file, '--out', `${file}.html`);
  return pathToFileURL(join(folder, `${file}.html`)).href;
}

describe('a file for QA, opened by `visualize`', () => {
  test('can be coverage: its chart, with unexercised parts faded', async ({ open }) => {
    run('paths', '-c', 'allStates', '--side', 'control-plane', '--out', 'summary.txt', '--overlay', 'coverage.json');
    const page = await open({ url: pageOf('coverage.json') });
    await page.getByText('Faded on the chart: what the coverage file never exercises.').waitFor();
    const seen = async (event: string) => (await page.locator(`[data-event="${event}"]`).getAttribute('class')) ?? '';
    expect(await seen('Pending.RemoteDispatchAck')).toContain('is-covered');
    expect(await seen('Soaking.RemoteProbeResult')).toContain('is-uncovered');
    await goTo(page, 'Table');
    expect(await page.locator('td.is-covered').count()).toBeGreaterThan(0);
    expect(await page.getByText('not covered').count()).toBeGreaterThan(0);
    await goTo(page, 'Paths');
    await page.getByRole('button', { name: 'Hide coverage' }).click();
    expect(await seen('Soaking.RemoteProbeResult')).not.toContain('is-uncovered');
  });

  test('can be the report of a conformance run', async ({ open }) => {
    const peer = `'${process.execPath}' '${join(repositoryRoot, 'dist/cli/main.js')}' peer`;
    const few = ['--machine', 'host', '-c', 'allStates', '--side', 'agent', '--policy', 'halt'];
    run('conform', '--exec', peer, ...few, '--json', 'report.json');
    const page = await open({ url: pageOf('report.json') });
    await page.getByText('Faded on the chart').waitFor();
    const event = page.locator('[data-event="Soaking.LocalProbeResult"]');
    expect(await event.getAttribute('class')).toContain('is-uncovered');
  });

  test('can be paths, ready to play', async ({ open }) => {
    run('paths', '-c', 'allTransitions', '--side', 'agent', '--format', 'json', '--out', 'paths.json');
    const page = await open({ url: pageOf('paths.json') });
    await page
      .getByTestId('paths-summary')
      .getByText(/^From the file: \d+ paths, \d+ steps/)
      .waitFor();
    const first = page.getByTestId('paths').getByRole('button').first();
    await first.click();
    expect(await first.getAttribute('aria-pressed')).toBe('true');
    expect((await readShown(page)).history).toEqual([]);
    await page.keyboard.press('r');
    expect((await readShown(page)).history).toHaveLength(1);
  });

  test('can be paths of the control plane, shown with their coverage on its chart', async ({ open }) => {
    const few = ['-c', 'validTransitions', '--side', 'control-plane', '--policy', 'halt'];
    run('paths', ...few, '--format', 'json', '--out', 'remote.json');
    const page = await open({ url: pageOf('remote.json') });
    await page.getByRole('button', { name: 'Show coverage' }).click();
    await page.getByText('Faded on the chart: what the paths of the file never exercises.').waitFor();
    expect(await page.locator('.event-row.is-covered').count()).toBeGreaterThan(0);
    expect(await page.getByTestId('coverage-summary').textContent()).toContain('(100 %) of what is accepted');
  });
});
