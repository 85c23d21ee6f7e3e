import { expect, test } from 'vitest';
import { FLEET, runYaml } from '../support/run-yaml.ts';

const FAILS = `${FLEET}steps:
  - { at: 0s, do: fail-activation, hosts: web-01 }
  - { at: 30m, do: publish, ref: release-2, closures: { '*': two } }
`;

test('clear-rollouts changes nothing: the control plane refuses it', () => {
  const moves = (yaml: string) => runYaml(yaml).events.filter(({ type }) => type.endsWith('Transition'));
  const { run: result, events } = runYaml(`${FAILS}  - { at: 20m, do: clear-rollouts }\n`);
  expect(result.violations).toEqual([]);
  const cleared = events.filter((event) => event.type === 'Fault' && event.fault === 'rollout-cleared');
  expect(cleared).toMatchObject([{ params: { rolloutId: expect.stringMatching(/^stable@/) } }]);
  expect(moves(`${FAILS}  - { at: 20m, do: clear-rollouts }\n`)).toEqual(moves(FAILS));
});
