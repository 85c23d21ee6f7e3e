import { describe, expect, it } from 'vitest';
import { performEffects, type EffectHandlers } from '../../src/machine/perform-effects.ts';

type Own = { readonly type: 'ring'; readonly times: number } | { readonly type: 'wave' };

const own = { ring: true, wave: true } as const;

/** A bell that is rung by handlers which need their object. */
class Bell implements EffectHandlers<Own> {
  readonly heard: string[] = [];
  ring({ times }: { readonly times: number }): void | Promise<void> {
    this.heard.push(`rung ${times} times`);
  }
  wave(): void {
    this.heard.push('waved');
  }
}

async function perform(
  effects: readonly { readonly type: string }[],
  handlers = new Bell(),
): Promise<readonly string[]> {
  await performEffects<Own>(own, effects, handlers, ({ type }) => void handlers.heard.push(`foreign ${type}`));
  return handlers.heard;
}

describe('effects', () => {
  it('go to their handlers in their order', async () => {
    const effects: readonly Own[] = [{ type: 'wave' }, { type: 'ring', times: 2 }, { type: 'wave' }];
    expect(await perform(effects)).toEqual(['waved', 'rung 2 times', 'waved']);
  });

  it('of the other side are reported and not performed, and the next follow', async () => {
    const handlers = Object.assign(new Bell(), { shout: () => handlers.heard.push('shouted') });
    expect(await perform([{ type: 'shout' }, { type: 'toString' }, { type: 'wave' }], handlers)).toEqual([
      'foreign shout',
      'foreign toString',
      'waved',
    ]);
  });

  // With an `async LocalEmitEvent` the event was sent before it was on disk.
  it('wait for the promise of the one before', async () => {
    const bell = new Bell();
    bell.ring = async () => {
      for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
      bell.heard.push('rung at last');
    };
    expect(await perform([{ type: 'ring' }, { type: 'wave' }], bell)).toEqual(['rung at last', 'waved']);
  });

  it.each<readonly [string, Bell['ring']]>([
    [
      'throws',
      () => {
        throw new Error('the rope is gone');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the rope is gone'))],
  ])('are not performed after one whose handler %s', async (_what, ring) => {
    const bell = new Bell();
    bell.ring = ring;
    await expect(perform([{ type: 'ring' }, { type: 'wave' }], bell)).rejects.toThrow('the rope is gone');
    expect(bell.heard).toEqual([]);
  });
});
