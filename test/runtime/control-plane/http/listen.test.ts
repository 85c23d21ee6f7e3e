import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listenAt } from '../../../../src/runtime/control-plane/http/listen.ts';
import { controlPlaneLimits } from '../../../../src/runtime/control-plane/limits.ts';

it('closing does not wait for connections that were opened in advance: it took five seconds', async () => {
  const listener = await listenAt({}, controlPlaneLimits(), (_request, response) => response.end('here'));
  const unused = connect(Number(new URL(listener.address).port), '127.0.0.1');
  await once(unused, 'connect');
  // This is answered after that connection has been accepted.
  expect(await (await fetch(listener.address)).text()).toBe('here');
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  await Promise.all([listener.close(), once(unused, 'close')]);
});
