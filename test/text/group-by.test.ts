import { expect, it } from 'vitest';
import { appendTo, groupBy } from '../../src/text/group-by.ts';

it('groups keep the order in which their keys and items come, whatever a key is called', () => {
  const groups = groupBy(['ant', 'bee', 'ape', '__proto__'], (name) => (name.startsWith('_') ? name : name.charAt(0)));
  appendTo(groups, 'b', 'bat');
  expect([...groups]).toEqual([
    ['a', ['ant', 'ape']],
    ['b', ['bee', 'bat']],
    ['__proto__', ['__proto__']],
  ]);
});
