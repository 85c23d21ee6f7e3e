import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configuredControlPlane } from '../../../src/runtime/control-plane/index.ts';
import { repositoryRoot } from '../../support/repository.ts';

it('accepts the example, except for its missing files', () => {
  const text = readFileSync(join(repositoryRoot, 'examples/runtime/control-plane.json'), 'utf8');
  const read = configuredControlPlane(text, '.');
  expect(read.ok ? [] : read.problems.filter(({ path }) => path.startsWith('$'))).toEqual([]);
});

it('uses the defaults of everything left out', () => {
  const text = JSON.stringify({ database: 'a.db', manifests: { from: '.' } });
  const read = configuredControlPlane(text, repositoryRoot, { unsigned: true });
  expect(read).toMatchObject({
    ok: true,
    controlPlane: {
      database: join(repositoryRoot, 'a.db'),
      options: { listen: { host: '127.0.0.1', port: 7443 }, operator: { host: '127.0.0.1', port: 7444 }, planSecs: 15 },
    },
  });
});
