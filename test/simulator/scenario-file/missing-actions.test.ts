import { describe, expect, test } from 'vitest';
import { STEP_KINDS } from '../../../src/simulator/faults/index.ts';
import { readScenario } from '../../../src/simulator/index.ts';

const FLEET = `fleet:
  channels:
    stable: { hosts: [web-01, web-02] }
`;

function remedyOf(text: string): string | undefined {
  const readFile = (): never => {
    throw new Error('It names no file.');
  };
  const read = readScenario(FLEET + text, { readFile });
  return read.ok ? undefined : read.problems[0]?.remedy;
}

describe('what other tools have and NixFleet has not', () => {
  test.each([
    ['steps: [{ at: 1m, do: abort }]', 'No operator can abort'],
    ['steps: [{ at: 1m, do: Pause, hosts: web-01 }]', 'Nothing pauses a rollout'],
    ['steps: [{ at: 1m, do: cordon, hosts: web-01 }]', 'Hosts join and leave with a fleet file'],
    ['steps: [{ at: 1m, do: retry }]', 'dispatches each host once'],
    ['steps: [{ at: 1m, do: unquarantine }]', 'nothing clears it'],
    ['freeze: 2h', 'Nothing pauses a rollout'],
  ])('%s says what to do instead', (text, remedy) => {
    expect(remedyOf(text)).toContain(remedy);
  });

  test.each([
    ['steps: [{ at: 1m, do: rebot, hosts: web-01 }]', 'Did you mean "reboot"?'],
    [
      'steps: [{ at: 1m, do: fill-disc, hosts: web-01 }]',
      `Did you mean "lose-disk" or "fall-back-at-boot"? docs/scenarios.md lists all ${STEP_KINDS.size} under "Steps".`,
    ],
    [
      'steps: [{ at: 1m }]',
      `Write one, such as do: crash. docs/scenarios.md lists all ${STEP_KINDS.size} under "Steps".`,
    ],
    ['steps: [{ at: 1m, do: reboot, hosts: pause }]', 'Known here: web-01, web-02.'],
    ['stps: []', 'Did you mean "steps"?'],
  ])('%s gets the usual advice', (text, remedy) => {
    expect(remedyOf(text)).toBe(remedy);
  });
});
