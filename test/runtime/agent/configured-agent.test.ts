import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { agentJsonSchema, configuredAgent } from '../../../src/runtime/agent/index.ts';
import { Authority } from '../support/certificates.ts';
import { readText, repositoryRoot } from '../../support/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixfleet-configured-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'fleet.json'), readFileSync(join(repositoryRoot, 'examples/fleets/harbor.json')));
writeFileSync(join(folder, 'switch'), '#!/bin/sh\n');
chmodSync(join(folder, 'switch'), 0o755);

const least = {
  stateDirectory: 'state',
  controlPlane: { url: 'http://127.0.0.1:8080' },
  manifests: { path: 'fleet.json', acceptUnsigned: true },
  activation: { activate: [join(folder, 'switch'), '{closure}'] },
};

const problemsOf = (configuration: object) => {
  const read = configuredAgent(JSON.stringify(configuration), folder);
  return read.ok ? [] : read.problems.map(({ path }) => path);
};

describe('a configuration file', () => {
  test('requires four settings, and has defaults for the others', () => {
    const read = configuredAgent(JSON.stringify({ ...least, hostname: 'web-01' }), folder);
    expect(read.ok && read.agent.settings).toMatchObject({ tickSecs: 10, heartbeatSecs: 60, retry: { factor: 2 } });
    expect(read.ok && read.agent.hostname).toBe('web-01');
  });

  test('is JSON: the message said "got", where all others say "found"', () => {
    expect(configuredAgent('nothing', folder)).toMatchObject({
      problems: [{ path: '$', message: 'expected a value, found "n" at line 1, column 1' }],
    });
  });

  test('declares its probes in order', () => {
    const probes = [
      { name: 'web', kind: 'http', url: 'http://127.0.0.1/' },
      { name: 'ssh', kind: 'tcp', port: 22, mode: 'observe', intervalSecs: 5 },
    ];
    const read = configuredAgent(JSON.stringify({ ...least, probes }), folder);
    expect(read.ok && read.agent.probes).toEqual([
      { probeName: 'web', kind: 'http', mode: 'enforce', intervalSecs: 30 },
      { probeName: 'ssh', kind: 'tcp', mode: 'observe', intervalSecs: 5 },
    ]);
  });

  test('reports all mistakes in its form at once', () => {
    const wrong = {
      ...least,
      stateDirectory: 7,
      controlPlane: { url: 'ftp://example.org' },
      colour: 'red',
      probes: [
        { name: 'web', kind: 'ping' },
        { name: 'ssh', kind: 'tcp', port: 70_000 },
      ],
      settings: { tickSecs: 0 },
    };
    expect(problemsOf(wrong).sort()).toEqual([
      '$.colour',
      '$.controlPlane.url',
      '$.probes[0].kind',
      '$.probes[1].port',
      '$.settings.tickSecs',
      '$.stateDirectory',
    ]);
  });

  test('reports everything unusable that it names at once', () => {
    const wrong = {
      ...least,
      controlPlane: { url: 'https://127.0.0.1/', tls: { certFile: 'no.pem', keyFile: 'no.key' } },
      manifests: { path: 'no.json', publicKeyFiles: ['no.pub'] },
      activation: { activate: ['no-such-program-anywhere'] },
      settings: { retry: { firstMs: 10, capMs: 5 } },
    };
    const inFolder = (name: string) => join(folder, name);
    expect(problemsOf(wrong).sort()).toEqual(
      [
        '$.activation.activate',
        '$.settings.retry.capMs',
        ...['no.json', 'no.key', 'no.pem', 'no.pub'].map(inFolder),
      ].sort(),
    );
  });

  test('reports each certificate file that is not one, and a key of another certificate', () => {
    const authority = new Authority();
    const [own, other] = [authority.issue(['web-01']), authority.issue(['web-02'])];
    const texts = { 'ca.pem': authority.ca, 'own.pem': own.cert, 'own.key': own.key, 'other.key': other.key };
    for (const [name, text] of Object.entries({ ...texts, 'hello.pem': 'hello' }))
      writeFileSync(join(folder, name), text);
    const withTls = (certFile: string, keyFile: string, caFile: string) =>
      problemsOf({ ...least, controlPlane: { url: 'https://127.0.0.1/', tls: { certFile, keyFile, caFile } } });
    expect(withTls('own.pem', 'own.key', 'ca.pem')).toEqual([]);
    expect(withTls('own.key', 'own.pem', 'hello.pem')).toEqual(
      ['own.key', 'own.pem', 'hello.pem'].map((name) => join(folder, name)),
    );
    expect(withTls('own.pem', 'other.key', 'ca.pem')).toEqual([join(folder, 'other.key')]);
  });

  test('trusts nothing without a key', () => {
    expect(problemsOf({ ...least, manifests: { path: 'fleet.json' } })).toEqual(['$.manifests.publicKeyFiles']);
  });

  test.each(['', '{', '[]', 'null', '{"hostname": "a", "hostname": "b"}'])('that is %j is a problem', (text) => {
    const read = configuredAgent(text, folder);
    expect(read.ok).toBe(false);
  });
});

describe('the published JSON Schema of configurations', () => {
  const published = JSON.parse(readText('schema/agent.schema.json')) as Parameters<typeof z.fromJSONSchema>[0];

  test('matches the reader; if not: node scripts/write-schemas.mjs', () => {
    expect(published).toEqual(agentJsonSchema());
  });

  test('accepts the example, and refuses a wrong word', () => {
    const schema = z.fromJSONSchema(published);
    expect(schema.safeParse(JSON.parse(readText('examples/runtime/agent.json'))).error?.issues ?? []).toEqual([]);
    expect(schema.safeParse({ ...least, colour: 'red' }).success).toBe(false);
  });
});
