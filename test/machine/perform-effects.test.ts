import { describe, expect, it } from 'vitest';
import { performEffects, type EffectHandlers } from '../../src/machine/perform-effects.ts';

type Own = { readonly type: 'ring'; readonly times: number } | { readonly type: 'wave' };

const own = { ring: true, wave: true } as const;

/** A bell that is rung by handlers which need their object. */
class Bell implements EffectHandlers<Own> {
  readonly heard: string[] = [];
  ring({ times }: { readonly times: number }): void {
    this.heard.push(`rung ${times} times`);
  }
  wave(): void {
    this.heard.push('waved');
  }
}

function perform(effects: readonly { readonly type: string }[], handlers = new Bell()): readonly string[] {
  performEffects<Own>(own, effects, handlers, ({ type }) => handlers.heard.push(`foreign ${type}`));
  return handlers.heard;
}

describe('effects', () => {
  it('go to their handlers in their order', () => {
    const effects: readonly Own[] = [{ type: 'wave' }, { type: 'ring', times: 2 }, { type: 'wave' }];
    expect(perform(effects)).toEqual(['waved', 'rung 2 times', 'waved']);
  });

  it('of the other side are told and not performed, and the next follow', () => {
    const handlers = Object.assign(new Bell(), { shout: () => handlers.heard.push('shouted') });
    expect(perform([{ type: 'shout' }, { type: 'toString' }, { type: 'wave' }], handlers)).toEqual([
      'foreign shout',
      'foreign toString',
      'waved',
    ]);
  });

  it('are not performed after one whose handler throws', () => {
    const bell = new Bell();
    bell.ring = () => {
      throw new Error('the rope is gone');
    };
    expect(() => perform([{ type: 'ring' }, { type: 'wave' }], bell)).toThrow('the rope is gone');
    expect(bell.heard).toEqual([]);
  });
});
