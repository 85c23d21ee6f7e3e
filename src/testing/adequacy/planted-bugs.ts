import { branchBugs, valueBugs } from './branch-bugs.ts';
import { encodingBugs, typeBugs } from './encoding-bugs.ts';
import { limitBugs } from './limit-bugs.ts';
import { memoryBugs } from './memory-bugs.ts';
import { orderBugs, rolloutBugs } from './order-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Every reducer that is wrong on purpose. */
export const plantedBugs: readonly PlantedBug[] = [
  ...branchBugs,
  ...valueBugs,
  ...typeBugs,
  ...encodingBugs,
  ...limitBugs,
  ...orderBugs,
  ...memoryBugs,
  ...rolloutBugs,
];
