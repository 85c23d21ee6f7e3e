import { expect, test } from 'vitest';
import { agentCore, agentSettings } from '../../../src/agent/index.ts';
import { lineOfCore } from '../../../src/runtime/shared/log.ts';

test('a line of a core has its code outside its fields', () => {
  const core = agentCore();
  const agent = core.start({ hostname: 'web-01', runningClosure: 'old', probes: [], settings: agentSettings() });
  const { effects } = core.handle(agent, { type: 'HeartbeatUnanswered' }, 0);
  const logs = effects.flatMap((effect) => (effect.type === 'EmitLog' ? [lineOfCore(effect, 5)] : []));
  expect(logs).toEqual([
    {
      at: 5,
      level: 'warn',
      code: 'before-boot',
      message: 'HeartbeatUnanswered came before Boot; it is dropped.',
      fields: { hostname: 'web-01' },
    },
  ]);
});
