import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askOperator } from '../../src/cli/operator-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'operator-'));
const server = createServer((_, response) => response.writeHead(401).end());
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('whoever gave a token is not told to give one', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Safe: it listens on a port.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'wrong\n');
  expect(await askOperator({ url }, '/')).toMatchObject({
    problem: { message: 'it requires the operator token', remedy: 'Give --token-file FILE.' },
  });
  expect(await askOperator({ url, tokenFile }, '/')).toMatchObject({
    problem: {
      message: 'it refuses this operator token',
      remedy: `Check that ${tokenFile} has the token of this control plane.`,
    },
  });
});

test('a token file that is missing is described as any other', async () => {
  expect(await askOperator({ tokenFile: join(folder, 'none') }, '/')).toMatchObject({
    problem: { message: 'there is no such file', remedy: 'Check the path.' },
  });
});
