import { describe, expect, it } from 'vitest';
import { and, assign, emit, not, or } from 'xstate';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import { plainPart } from '../../src/machine/parts.ts';
import { compileLamp, lampMachine, lampWithRow as withRow, type LampEvent, type LampRecord } from '../support/lamp.ts';

const off: LampRecord = { state: 'off', count: 0, note: '' };
const event = (type: LampEvent['type'], by = 1): LampEvent => ({ type, by });

describe('a compiled chart', () => {
  it('writes before its effects, then closes the record', () => {
    const reduce = compileLamp(withRow({ target: 'on', actions: ['add', 'say', 'sayMore', 'close'] }));
    expect(reduce(off, event('count', 3), null)).toEqual({
      ok: true,
      record: { state: 'on', count: 3, note: '.' },
      effects: [
        { type: 'said', text: 'off 3' },
        { type: 'said', text: 'more' },
      ],
    });
    expect(off).toEqual({ state: 'off', count: 0, note: '' });
  });

  it('returns any number of effects in their order, and runs any number of updates', () => {
    const rows = [
      ['add'],
      ['say'],
      ['say', 'sayMore'],
      ['say', 'sayMore', 'say'],
      ['say', 'sayMore', 'say', 'sayMore'],
    ];
    const texts = rows.map((actions) => {
      const result = compileLamp(withRow({ actions: ['add', 'add', 'add', ...actions] }))(off, event('count'), null);
      return result.ok ? [result.record.count, ...result.effects.map((effect) => effect.text)] : [];
    });
    expect(texts).toEqual([
      [4],
      [3, 'off 3'],
      [3, 'off 3', 'more'],
      [3, 'off 3', 'more', 'off 3'],
      [3, 'off 3', 'more', 'off 3', 'more'],
    ]);
  });

  it('stays where a row has no target', () => {
    const result = compileLamp(withRow({ actions: ['add', 'close'] }))(off, event('count'), null);
    expect(result).toMatchObject({ ok: true, record: { state: 'off', note: '.' } });
  });

  it('takes the first branch whose guards all hold', () => {
    const reduce = compileLamp(
      withRow([
        { guard: and(['isFresh', 'isEven']), actions: ['say'] },
        { guard: 'isFresh', actions: ['sayMore'] },
        { target: 'on', actions: ['close'] },
      ]),
    );
    expect(reduce(off, event('count'), null)).toMatchObject({ effects: [{ text: 'off 0' }] });
    expect(reduce({ ...off, count: 1 }, event('count'), null)).toMatchObject({ effects: [{ text: 'more' }] });
    expect(reduce(off, event('count', 0), null)).toMatchObject({ record: { state: 'on' } });
  });

  it('refuses with the first guard that fails, where no branch is left', () => {
    const reduce = compileLamp(withRow({ guard: and(['isFresh', 'mayGoOn']), actions: ['add'] }));
    expect(reduce({ ...off, count: 10 }, event('count', 0), null)).toEqual({ ok: false, why: 'is not fresh' });
    expect(reduce({ ...off, count: 10 }, event('count'), null)).toEqual({ ok: false, why: 'may not go on' });
  });

  it('asks the first guard before it looks for a cell', () => {
    const reduce = compileLamp(withRow({ guard: 'isFresh', actions: ['add'] }), { first: 'isFresh' });
    expect(reduce(off, event('stop', 0), null)).toEqual({ ok: false, why: 'is not fresh' });
    expect(reduce(off, event('stop'), null)).toEqual({ ok: false, why: 'off does not take stop' });
    expect(reduce({ ...off, state: 'nowhere' }, event('stop'), null)).toEqual({
      ok: false,
      why: 'nowhere does not take stop',
    });
  });

  it('runs the parts that the machine was provided with', () => {
    const sayMore = plainPart(lampMachine({ states: { off: {} } }).implementations.actions['sayMore']);
    expect(sayMore?.kind).toBe('effect');
    const machine = withRow({ actions: ['say'] });
    const provided = machine.provide({ actions: { say: machine.implementations.actions['sayMore'] } });
    expect(compileLamp(provided)(off, event('count'), null)).toMatchObject({ effects: [{ text: 'more' }] });
  });
});

describe('the compiler does not take', () => {
  const states = (off: object) => lampMachine({ states: { off, on: {} } });
  const rejected: readonly (readonly [what: string, machine: () => ReturnType<typeof states>, message: RegExp])[] = [
    ['nested states', () => states({ initial: 'dim', states: { dim: {} } }), /off: .* state of type "compound"/],
    ['parallel states', () => states({ type: 'parallel', states: { dim: {} } }), /off: .* state of type "parallel"/],
    ['history states', () => lampMachine({ states: { off: {}, back: { type: 'history' } } }), /back: .*"history"/],
    ['entry actions', () => states({ entry: ['say'] }), /off: .* entry or exit/],
    ['exit actions', () => states({ exit: ['say'] }), /off: .* entry or exit/],
    ['invoked actors', () => states({ invoke: { src: 'someone' } }), /off: .* invoke/],
    ['timers', () => states({ after: { 1000: 'on' } }), /off: .* after/],
    ['transitions without an event', () => states({ always: { target: 'on', guard: 'isEven' } }), /off: .* always/],
    [
      'transitions of the whole machine',
      () => lampMachine({ states: { off: {} }, on: { stop: '.off' } }),
      /lamp: .* whole machine/,
    ],
    [
      'inline guards',
      () => withRow({ guard: () => true, actions: ['add'] }),
      /off on count: .* guard .* not a named part/,
    ],
    [
      'composed guards other than and',
      () => withRow({ guard: not('isFresh'), actions: ['add'] }),
      /off on count: .* guard/,
    ],
    ['inline actions', () => withRow({ actions: [() => {}] }), /off on count: .* action without parameters/],
    ['inline assignments', () => withRow({ actions: [assign({ count: 1 })] }), /off on count: .* action/],
    [
      'actions that were not made as parts',
      () => withRow({ actions: ['own'] }, { actions: { own: emit({ type: 'said' }) } }),
      /own/,
    ],
    [
      'guards that were not made as parts',
      () => withRow({ guard: 'own', actions: ['add'] }, { guards: { own: () => true } }),
      /own/,
    ],
    [
      'guards in place of actions',
      () =>
        withRow(
          { actions: ['same'] },
          { actions: { same: lampMachine({ states: { off: {} } }).implementations.guards['isEven'] } },
        ),
      /same/,
    ],
    [
      'several ways of guards but all of them',
      () => withRow({ guard: or(['isFresh', 'mayGoOn']), actions: ['add'] }),
      /off on count: .* guard/,
    ],
    ['wildcard events', () => lampMachine({ states: { off: { on: { '*': { actions: [] } } } } }), /off: .* wildcard/],
    ['events named in part', () => states({ on: { 'count.*': { target: 'on' } } }), /off: .* wildcard/],
    ['rows of a final state', () => states({ type: 'final', on: { stop: 'on' } }), /off: .* final state takes/],
    [
      'entry actions of the whole machine',
      () => lampMachine({ states: { off: {} }, entry: ['say'] }),
      /lamp: .* entry/,
    ],
    [
      'actors invoked by the whole machine',
      () => lampMachine({ states: { off: {} }, invoke: { src: 'someone' } }),
      /lamp: .*invoke/,
    ],
    ['a row that does nothing', () => withRow({}), /off on count: .* row without actions/],
    [
      'a row that goes somewhere, and does not write so',
      () => withRow({ target: 'on' }),
      /off on count: .* row without actions/,
    ],
    [
      'an action without the target of the row',
      () => withRow({ actions: [{ type: 'add', params: { to: 'on' } }] }),
      /the target null/,
    ],
    ['an action without parameters', () => withRow({ actions: [{ type: 'add' }] }), /the target null/],
    [
      'an effect after the record was closed',
      () => withRow({ actions: ['say', 'close', 'sayMore'] }),
      /sayMore after the record was closed/,
    ],
    [
      'a guard that could lose an event',
      () => withRow({ guard: 'isEven', actions: ['add'] }),
      /off on count: .* event that is lost/,
    ],
    [
      'a guard that could lose an event behind one that refuses',
      () => withRow({ guard: and(['isFresh', 'isEven']), actions: ['add'] }),
      /lost/,
    ],
  ];

  it.each(rejected)('%s', (_what, machine, message) => {
    expect(() => compileLamp(machine())).toThrow(message);
  });

  it('a row that does not ask the first guard first', () => {
    const first = { first: 'isFresh' };
    expect(() => compileLamp(withRow({ actions: ['add'] }), first)).toThrow(
      /off on count: .* no "isFresh" as first guard/,
    );
    expect(() => compileLamp(withRow({ guard: and(['mayGoOn', 'isFresh']), actions: ['add'] }), first)).toThrow(
      /no "isFresh" as first guard/,
    );
  });

  it('a first guard that the machine does not have', () => {
    expect(() => compileLamp(lampMachine({ states: { off: {} } }), { first: 'isNamedNowhere' })).toThrow(
      /lamp: .* isNamedNowhere/,
    );
  });
});

describe('plainPart', () => {
  it('knows what the parts of the host chart were made from', () => {
    const { actions, guards } = hostRolloutMachine.implementations;
    const kinds = [...Object.values(guards), ...Object.values(actions)].map((part) => plainPart(part)?.kind);
    expect(new Set(kinds)).toEqual(new Set(['guard', 'update', 'effect']));
  });

  it('knows nothing of anything else', () => {
    expect([undefined, null, 'say', {}, () => {}].map(plainPart)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
