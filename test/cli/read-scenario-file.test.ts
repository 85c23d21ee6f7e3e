import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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

  test('a fleet that is a directory, or not there, is told as such', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    try {
      mkdirSync(join(folder, 'fleets'));
      const messageFor = (file: string): string => {
        const problems: Problem[] = [];
        expect(readScenarioFile(join(folder, 'a.yaml'), `fleet: { file: ${file} }\n`, problems)).toBeNull();
        return problems.map(({ message, fix }) => `${message}. ${fix}`).join('\n');
      };
      expect(messageFor('fleets')).toBe('the fleet file "fleets" is a directory. Give the fleet.resolved.json in it.');
      expect(messageFor('gone.json')).toContain('the fleet file "gone.json" does not exist');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
