/** How often each rule of the specification came into play. */
export { RuleCoverage, type FaultState } from './coverage.ts';
export { RULE_NAMES, RULES, type RuleName } from './rules.ts';
