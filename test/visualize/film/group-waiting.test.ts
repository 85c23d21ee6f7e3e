import { describe, expect, it } from 'vitest';
import type { Holding, RootCause } from '../../../src/simulator/index.ts';
import { asRunMs } from '../../../src/simulator/run-ms.ts';
import { groupWaiting, nameRoots } from '../../../src/visualize/film/group-waiting.ts';

const waitsForReboot = (host: number, component: string): Holding => ({
  hostname: `web-0${host}`,
  rolloutId: 'stable@r1',
  state: 'Deferred',
  blocker: { heldBy: 'reboot', component },
  sinceRunMs: asRunMs(0),
  untilRunMs: null,
  notBeforeRunMs: null,
});

describe('the hosts that wait', () => {
  it('are grouped only if they wait for the same thing', () => {
    const [group, ...others] = groupWaiting([
      waitsForReboot(1, 'kernel'),
      waitsForReboot(2, 'dbus'),
      waitsForReboot(3, 'kernel'),
    ]);
    expect(others).toEqual([]);
    expect(group?.remedy).toBe('Reboot web-01, web-02 and web-03.');
    expect(group?.reasons).toEqual([
      '2: each is waiting for a reboot: kernel needs a reboot.',
      'web-02 is waiting for a reboot: dbus needs a reboot.',
    ]);
    expect(groupWaiting([waitsForReboot(1, 'kernel'), waitsForReboot(3, 'kernel')])[0]?.reasons).toEqual([
      'each is waiting for a reboot: kernel needs a reboot.',
    ]);
  });
});

type Host = RootCause['roots'][number];
// Only the host matters here.
const demoHosts = [1, 2, 3, 4, 5].map((number) => ({ number })) as unknown as [Host, Host, Host, Host, Host];

describe('causes with the same first host', () => {
  it('name it once if they have many roots, and all roots if few', () => {
    const [a, b, c, d, e] = demoHosts;
    const many = { roots: [a, b, c, d], waiting: [e] };
    const more = { roots: [a, b, c, d, e], waiting: [e] };
    const few = { roots: [a, e], waiting: [b] };
    expect(nameRoots([many, more, few]).map(({ named }) => named)).toEqual([[a], [b], [a, e]]);
    // If every root is already named, the first one is named again.
    expect(nameRoots([few, { roots: [b], waiting: [] }, { ...many, roots: [a, e, b, a] }])[2]?.named).toEqual([a]);
  });
});
