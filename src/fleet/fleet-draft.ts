import type {
  DisruptionBudget,
  Fleet,
  FleetChannel,
  FleetEdge,
  FleetHost,
  FleetPolicy,
  FleetWave,
  PolicyWave,
} from './fleet-manifest.ts';

/** The readable fields of a part of the file. Unreadable ones are `undefined`, and are reported as problems. */
export type Draft<Part> = { readonly [Field in keyof Part]: Part[Field] | undefined };

export type PolicyDraft = Draft<Omit<FleetPolicy, 'waves'>> & {
  readonly waves: readonly Draft<PolicyWave>[] | undefined;
};

export type WaveDraft = Draft<Omit<FleetWave, 'hosts'>> & {
  readonly hosts: readonly (string | undefined)[] | undefined;
};

/**
 * The readable part of a fleet. Rules check this instead of a complete fleet, so that a field of the wrong type does
 * not hide other problems. Every `Fleet` is also a draft. Lists keep their length, so indices in paths are right. A
 * name with an unreadable value is still a known name.
 */
export interface FleetDraft {
  readonly hosts: ReadonlyMap<string, Draft<FleetHost>> | undefined;
  readonly channels: ReadonlyMap<string, Draft<FleetChannel>> | undefined;
  readonly rolloutPolicies: ReadonlyMap<string, PolicyDraft> | undefined;
  readonly waves: ReadonlyMap<string, readonly WaveDraft[] | undefined> | undefined;
  readonly edges: readonly Draft<FleetEdge>[] | undefined;
  readonly channelEdges: readonly Draft<FleetEdge>[] | undefined;
  readonly disruptionBudgets: readonly Draft<DisruptionBudget>[] | undefined;
  readonly meta: Draft<Fleet['meta']> | undefined;
}
