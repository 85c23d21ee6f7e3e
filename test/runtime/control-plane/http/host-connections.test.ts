import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { HostConnections } from '../../../../src/runtime/control-plane/http/host-connections.ts';

it('a connection counts once, for its host, until it is closed', () => {
  const connections = new HostConnections(2);
  const [first, second, third, other] = [new Socket(), new Socket(), new Socket(), new Socket()];
  const admitted = (socket: Socket, hostname = 'web-01') => connections.admit(socket, hostname);
  expect([admitted(first), admitted(first), admitted(second), admitted(third)]).toEqual([true, true, true, false]);
  expect(admitted(other, 'web-02')).toBe(true);
  first.emit('close');
  expect([admitted(third), admitted(new Socket())]).toEqual([true, false]);
  second.emit('close');
  third.emit('close');
  expect([admitted(new Socket()), admitted(new Socket()), admitted(new Socket())]).toEqual([true, true, false]);
});
