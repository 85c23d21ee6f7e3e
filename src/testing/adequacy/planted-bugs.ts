import { branchBugs, valueBugs } from './branch-bugs.ts';
import { comparisonBugs, cornerBugs } from './comparison-bugs.ts';
import { beginningBugs, effectBugs, refusalBugs } from './effect-bugs.ts';
import { encodingBugs, typeBugs } from './encoding-bugs.ts';
import { limitBugs } from './limit-bugs.ts';
import { memoryBugs } from './memory-bugs.ts';
import { orderBugs } from './order-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { rolloutBugs } from './rollout-bugs.ts';

/** Every reducer that is wrong on purpose. */
export const plantedBugs: readonly PlantedBug[] = [
  ...branchBugs,
  ...cornerBugs,
  ...effectBugs,
  ...refusalBugs,
  ...beginningBugs,
  ...valueBugs,
  ...comparisonBugs,
  ...typeBugs,
  ...encodingBugs,
  ...limitBugs,
  ...orderBugs,
  ...memoryBugs,
  ...rolloutBugs,
];
