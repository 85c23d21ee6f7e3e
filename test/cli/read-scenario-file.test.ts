import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { isScenarioFile, readScenarioFile } from '../../src/cli/read-scenario-file.ts';
import type { Problem } from '../../src/cli/problem.ts';

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
  ])('%s is told by its content where its name does not tell (%#)', (file, text, expected) => {
    expect(isScenarioFile(file, text)).toBe(expected);
  });

  test('what is doubtful about the fleet that a scenario names is told, as of a fleet that is given: nothing was', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const fleet = JSON.parse(FLEET) as { readonly waves: Readonly<Record<string, unknown>> };
      writeFileSync(join(folder, 'f.json'), JSON.stringify({ ...fleet, waves: { ...fleet.waves, nowhere: [] } }));
      expect(readScenarioFile(join(folder, 'a.yaml'), 'fleet: { file: f.json }\n', [])?.named).toEqual([
        join(folder, 'f.json'),
      ]);
      const where = 'warning: line 1: in the fleet file, at $.waves.nowhere: ';
      const what = 'waves are declared for channel nowhere, which does not exist, and are never used\n';
      expect(told.mock.calls).toEqual([[`${where}${what}`]]);
    } finally {
      told.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });

  test('a fleet that is a directory, or not there, is told as such', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    try {
      mkdirSync(join(folder, 'fleets'));
      const messageFor = (file: string): string => {
        const problems: Problem[] = [];
        expect(readScenarioFile(join(folder, 'a.yaml'), `fleet: { file: ${file} }\n`, problems)).toBeNull();
        return problems.map(({ message, remedy }) => `${message}. ${remedy}`).join('\n');
      };
      expect(messageFor('fleets')).toBe('the fleet file "fleets" is a directory. Give the fleet.resolved.json in it.');
      expect(messageFor('gone.json')).toContain('the fleet file "gone.json" does not exist');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
