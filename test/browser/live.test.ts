import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { pageWithStream } from '../../src/visualize/page-file.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../support/shown-run.ts';
import { pageUrl, test } from './support/browser-page.ts';

const file = recordRun(demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'halt', trouble: 'none' }));
const { events } = shownRun(file).history;

test('a rollout is shown as it happens, and the clock follows unless another moment is selected', async ({ open }) => {
  const page = pageWithStream(readFileSync(fileURLToPath(pageUrl), 'utf8'), '/v1/operator/stream');
  const streams: ServerResponse[] = [];
  const send = (name: string, data: unknown) => {
    for (const stream of streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const server = createServer(({ url }, response) => {
    if (url === '/v1/operator/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      streams.push(response);
      send('head', { title: 'Live', startAt: file.startAt, rollouts: file.rollouts });
      for (const event of events.slice(0, 200)) send('run', event);
    } else response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    // Safe: a server that listens on a port has this kind of address.
    const { port } = server.address() as AddressInfo;
    const shown = await open({ url: `http://127.0.0.1:${port}/` });
    await shown.getByRole('region', { name: 'Run Live' }).waitFor();
    const timeOf = async () => Number(await shown.getByTestId('time').inputValue());
    await expect.poll(timeOf).toBeGreaterThan(0);
    const early = await timeOf();
    for (const event of events.slice(200)) send('run', event);
    await expect.poll(timeOf).toBeGreaterThan(early);
    await expect.poll(() => shown.locator('[data-state=Converged]').first().getAttribute('data-count')).toBe('50');
    await shown.getByTestId('time').fill('60000');
    send('run', { ...events.at(-1), runMs: (events.at(-1)?.runMs ?? 0) + 60_000 });
    await expect.poll(async () => Number(await shown.getByTestId('time').getAttribute('max'))).toBeGreaterThan(early);
    expect(await timeOf()).toBe(60_000);
    await shown.close();
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
