import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isScenario, otherFile } from '../../src/cli/scenario-input.ts';
import { runCli } from '../support/run-cli.ts';

const FLEET = readFileSync(new URL('../../examples/fleets/harbor.json', import.meta.url), 'utf8');

describe('what a file for simulate is', () => {
  test.each<[string, string, boolean]>([
    ['sc.yaml', '{ "anything": 1', true],
    ['sc.txt', '# about it\nfleet: { hosts: 3 }\n', true],
    ['sc.json', 'fleet: { hosts: 3 }\n', true],
    ['sc.json', '{ "fleet": { "hosts": 3 }, "hosts": [] }', true],
    ['-', '\uFEFFfleet: { hosts: 3 }\n', true],
    ['-', '{ "fleet": { "hosts": 3 } }', true],
    ['fleet.json', FLEET, false],
    ['fleet', FLEET, false],
    ['-', FLEET, false],
    ['cut.json', FLEET.slice(0, 100), false],
    ['none.json', ' \n', false],
    ['list.json', '[]', false],
    ['list.yaml', '[]', true],
  ])('%s is recognised by its content if not by its name (%#)', (file, text, expected) => {
    expect(isScenario(file, text)).toBe(expected);
  });

  test('warnings about the fleet of a scenario are printed, as for a given fleet: none were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    try {
      const fleet = JSON.parse(FLEET) as { readonly waves: Readonly<Record<string, unknown>> };
      writeFileSync(join(folder, 'f.json'), JSON.stringify({ ...fleet, waves: { ...fleet.waves, nowhere: [] } }));
      writeFileSync(join(folder, 'a.yaml'), 'fleet: { file: f.json }\n');
      const { stderr } = await runCli(['simulate', join(folder, 'a.yaml'), '--until', '1m']);
      expect(stderr).toContain(
        'warning: line 1: in the fleet file, at $.waves.nowhere: waves are declared for\n' +
          '  channel nowhere, which does not exist, and are never used\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['fleets', 'The fleet file "fleets" is a directory.\n    Give the fleet.resolved.json in it.'],
    ['gone.json', 'The fleet file "gone.json" does not exist.'],
  ])('a fleet called %s that cannot be read is named', async (file, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    try {
      mkdirSync(join(folder, 'fleets'));
      writeFileSync(join(folder, 'a.yaml'), `fleet: { file: ${file} }\n`);
      const { status, stderr } = await runCli(['simulate', join(folder, 'a.yaml')]);
      expect(status).toBe(1);
      expect(stderr).toContain(message);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a file that is neither a fleet nor a scenario', () => {
  test.each([
    ['a run file', '{"format":"nixfleet-statechart-run","version":2,"title":"T"}', 'recorded run'],
    ['an event log', '{ "format": "nixfleet-statechart-events" }\n{"runMs":0}\n', 'event log'],
    ['a report', '{\n  "format": "nixfleet-statechart-report"\n}', 'report of a run'],
    ['a file of test paths', '{"format":"nixfleet-host-paths"}', 'test paths'],
    ['a picture', '\u0089PNG\0', 'not UTF-8 text'],
    ['bytes that are no UTF-8', 'abc\uFFFD', 'not UTF-8 text'],
  ])('%s is called what it is', (_, text, what) => {
    expect(otherFile(text)?.message).toContain(what);
  });

  test.each(['', '{}', '[]', 'title: T\n', '{"channels":{}}', '{"format":"__proto__"}', '{"format":"toString"}'])(
    'nothing is said of %j, which may be one',
    (text) => {
      expect(otherFile(text)).toBeNull();
    },
  );
});
